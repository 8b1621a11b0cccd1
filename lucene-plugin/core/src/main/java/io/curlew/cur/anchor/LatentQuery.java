package io.curlew.cur.anchor;

/**
 * A query expressed in the anchors, which an engine can scan for: the estimated score of a document
 * is {@code weights . r_d + firstStageWeight * f_d + intercept}, with r_d its anchor row and f_d
 * its first-stage score. Made by {@link AnchorSet#latent}, and good for rows of that set only.
 *
 * @param anchors the fingerprint of the anchor set
 * @param weights one per dimension of the anchor set
 * @param firstStageWeight the weight of the first-stage score; 0 leaves it out
 * @param intercept added to every estimate
 */
public record LatentQuery(
    String anchors, float[] weights, float firstStageWeight, float intercept) {}
