package io.curlew.cur.anchor;

/**
 * An estimate of a query's scores that an engine can scan for: {@code weights . r_d +
 * firstStageWeight * f_d + intercept}, with r_d the anchor row and f_d the first-stage score of a
 * document.
 *
 * @param weights one per anchor
 * @param firstStageWeight the weight of the first-stage score; 0 leaves it out
 * @param intercept added to every estimate
 */
public record LatentQuery(float[] weights, float firstStageWeight, float intercept) {}
