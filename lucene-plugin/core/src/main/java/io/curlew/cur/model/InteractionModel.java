package io.curlew.cur.model;

import java.util.List;

/**
 * A model that scores a query and a document jointly, such as a cross-encoder or token-level late
 * interaction.
 *
 * <p>Contract, held for every implementation by a shared test: a score depends on its pair alone,
 * whatever else is in the call, to within 1e-5; scores are finite; calls are safe from several
 * threads at once.
 */
public interface InteractionModel extends AutoCloseable {

  /**
   * Identifies everything that a score depends on: model weights, tokenizer and options. Two models
   * with the same fingerprint give the same scores.
   */
  String fingerprint();

  /**
   * Scores every query against every document: {@code queries.size() * documents.size()} calls, the
   * unit of cost that a search budget counts.
   *
   * @return one row per query, one finite score per document: {@code [queries][documents]}
   */
  float[][] score(List<String> queries, List<String> documents);
}
