package io.curlew.attention.nystrom;

/**
 * What {@link LandmarkAttention} and {@link NearField} are told beside the arrays.
 *
 * @param selector how landmarks are found
 * @param pseudoInverse of their attention among each other
 * @param renormalised whether rows are divided by their sums
 * @param nearField largest distance of two tokens whose attention is exact; 0 for no near field
 */
public record NystromForm(
    LandmarkSelector selector,
    CorePseudoInverse pseudoInverse,
    boolean renormalised,
    int nearField) {}
