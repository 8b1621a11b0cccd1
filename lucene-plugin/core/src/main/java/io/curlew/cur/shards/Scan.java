package io.curlew.cur.shards;

import java.util.List;

/**
 * A look at all documents.
 *
 * @param weights of a latent query
 * @param intercept of it
 * @param n so many of the best are asked for
 * @param excluded ids of documents to leave out
 */
record Scan(float[] weights, float intercept, int n, List<String> excluded) {}
