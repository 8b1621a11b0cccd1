package io.curlew.demo.serve;

import java.time.Duration;

/**
 * What a client may ask for.
 *
 * @param queryLength characters of a query
 * @param budget exact calls of one search
 * @param k hits of one search
 * @param bodyBytes bytes of a request's body
 * @param searches searches at once. Each uses all cores while it is inside the model, so that more
 *     of them at once take as long as one after the other
 * @param waiting searches that may wait for their turn; whoever comes then is told to come again
 * @param timeout of one search, which then answers with what it knows
 */
record Limits(
    int queryLength,
    int budget,
    int k,
    int bodyBytes,
    int searches,
    int waiting,
    Duration timeout) {

  static final Limits DEFAULT = new Limits(1000, 2000, 100, 16_384, 1, 1, Duration.ofSeconds(30));
}
