package io.curlew.attention.scoring;

/**
 * The whole-text vector of a text, and how much of the text it is of.
 *
 * @param vector L2-normalised
 * @param tokens how many tokens the text has, special tokens included
 * @param kept how many of them were encoded, special tokens included
 */
public record PooledText(float[] vector, int tokens, int kept) {}
