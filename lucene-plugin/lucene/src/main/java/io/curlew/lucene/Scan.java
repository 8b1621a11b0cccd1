package io.curlew.lucene;

/**
 * How the documents with the best estimates are found among all rows of a field.
 *
 * <p>There is no scan by the quantised vectors of the engine's own formats: they quantise the query
 * in the range of the rows, and the weights of a query have another, with either sign. {@link
 * AnchorField#bytes} quantises rows alone. A field in a quantised format is scanned by the floats
 * that these formats keep beside.
 */
public enum Scan {
  /** By every row as stored. The result does not depend on how the index is laid out. */
  EXACT,

  /**
   * By the graph of the field's format, in segments that have one; others are scanned. Costs less
   * than linear time in the number of documents, and finds what the graph finds: not all that is
   * best, and not the same for another layout of the index.
   */
  GRAPH
}
