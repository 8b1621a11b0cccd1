package io.curlew.cur;

import java.util.List;

/** The exact calls of one search: never more than promised, counted, timed and checked. */
final class CallBudget {

  private final InteractionModel model;
  private final String query;
  private final int limit;
  private int spent;
  private long modelNanos;

  CallBudget(InteractionModel model, String query, int limit) {
    this.model = model;
    this.query = query;
    this.limit = limit;
  }

  /** The exact scores of documents, one call each. */
  float[] score(List<String> documents) {
    if (documents.size() > remaining()) {
      throw new IllegalStateException(
          "calls must stay within the budget of " + limit + ", got: " + (spent + documents.size()));
    }
    if (documents.isEmpty()) {
      return new float[0];
    }
    long start = System.nanoTime();
    float[] scores = ModelScores.checked(model, List.of(query), documents)[0];
    modelNanos += System.nanoTime() - start;
    spent += documents.size();
    return scores;
  }

  int spent() {
    return spent;
  }

  int remaining() {
    return limit - spent;
  }

  /** The time spent inside the model. */
  long modelNanos() {
    return modelNanos;
  }
}
