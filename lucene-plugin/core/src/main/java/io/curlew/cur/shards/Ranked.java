package io.curlew.cur.shards;

/**
 * Documents of an answer, best first.
 *
 * @param places among the documents of the answer
 * @param scores of each
 */
record Ranked(int[] places, float[] scores) {

  static final Ranked NONE = new Ranked(new int[0], new float[0]);
}
