package io.curlew.cur.model;

import java.util.List;

/**
 * An interaction model that reads queries and documents apart, token by token, and compares their
 * vectors: late interaction. An index may store the vectors of its documents; a score costs no
 * encoding then, only arithmetic.
 *
 * <p>Contract, beside that of {@link InteractionModel}: the score of a pair of texts is the score
 * of their encodings, to within 1e-5.
 */
public interface TokenVectorModel extends InteractionModel {

  /** The token vectors of documents, in the order given; each text is encoded once. */
  TokenVectors encode(List<String> documents);

  /**
   * Encodes queries, once for any number of documents.
   *
   * @throws IllegalArgumentException if the model cannot read one of them
   */
  EncodedQueries encodeQueries(List<String> queries);

  /** Queries that are encoded. Immutable and safe for use by several threads. */
  @FunctionalInterface
  interface EncodedQueries {

    /**
     * The scores of documents by their token vectors. One query is scored on the calling thread,
     * several on the model's own.
     *
     * @return {@code [queries][documents]}
     * @throws IllegalArgumentException if the vectors have another length than the queries'
     */
    float[][] score(TokenVectors documents);
  }
}
