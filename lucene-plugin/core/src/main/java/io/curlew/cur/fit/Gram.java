package io.curlew.cur.fit;

/** The kernel matrix of the documents scored so far, row by row as they arrive. */
interface Gram {

  /** The number of rows that have arrived. */
  int size();

  /** The largest number of rows that will arrive. */
  int capacity();

  /** The kernel of row i with rows 0 to i. */
  double[] gramRow(int i);
}
