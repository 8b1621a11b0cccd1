package io.curlew.cur;

import io.curlew.cur.model.InteractionModel;
import java.util.List;

/** A model of one function of a query and a document. */
record TestModel(Score score) implements InteractionModel {

  /** The score of a pair. */
  @FunctionalInterface
  interface Score {
    float of(String query, String document);
  }

  @Override
  public String fingerprint() {
    return "test";
  }

  @Override
  public float[][] score(List<String> queries, List<String> documents) {
    float[][] scores = new float[queries.size()][documents.size()];
    for (int q = 0; q < scores.length; q++) {
      for (int d = 0; d < scores[q].length; d++) {
        scores[q][d] = score.of(queries.get(q), documents.get(d));
      }
    }
    return scores;
  }

  @Override
  public void close() {}
}
