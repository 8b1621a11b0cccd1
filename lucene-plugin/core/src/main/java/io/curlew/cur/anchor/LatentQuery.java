package io.curlew.cur.anchor;

/**
 * A query expressed in the anchors, which an engine can scan for: the estimated score of a document
 * is {@code weights . (r_d - mean) + intercept}, with r_d its anchor row and the mean row of the
 * anchor set's sample: rows are centred before they are multiplied, so that an offset of all scores
 * takes no digits away. Made by {@link AnchorSet#latent}, and good for rows of that set only.
 *
 * @param anchors the fingerprint of the anchor set
 * @param weights one per dimension of the anchor set
 * @param intercept added to every estimate
 */
public record LatentQuery(String anchors, float[] weights, float intercept) {}
