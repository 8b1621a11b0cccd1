package io.curlew.lucene.rows;

import java.io.IOException;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.store.IndexInput;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one segment and field by their numbers, which rise with the documents, wherever the
 * segment keeps them. Not safe for use by several threads: each takes a {@link #copy}.
 */
interface StoredRows {

  /** The same rows for another thread. */
  StoredRows copy() throws IOException;

  /** The number of rows. */
  int size();

  /** The floats or bytes of a row. */
  int length();

  /** Whether rows are bytes. */
  boolean isBytes();

  /** The documents that have a row. */
  DocIdSetIterator documents();

  /** The number of the row of the document that {@link #documents} stands on. */
  int number();

  /** A row of floats, valid until the next call. */
  float[] floats(int number) throws IOException;

  /** A row of bytes, valid until the next call. */
  byte[] bytes(int number) throws IOException;

  /** The file's piece that holds nothing but the rows, in their order, or null. */
  @Nullable IndexInput slice();
}
