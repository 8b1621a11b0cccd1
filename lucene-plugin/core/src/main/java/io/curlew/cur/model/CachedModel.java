package io.curlew.cur.model;

import java.util.ArrayList;
import java.util.List;

/**
 * A model that asks a {@link ScoreCache} first. What is in the cache costs no call of the model
 * underneath; a search counts it against its budget all the same, so that rankings do not depend on
 * what was asked before.
 */
public final class CachedModel implements InteractionModel {

  private final InteractionModel model;
  private final ScoreCache cache;

  /** Wraps a model, which is closed with this one; the cache is not. */
  public CachedModel(InteractionModel model, ScoreCache cache) {
    this.model = model;
    this.cache = cache;
  }

  /** The model's own: the cache changes no score. */
  @Override
  public String fingerprint() {
    return model.fingerprint();
  }

  @Override
  public float[][] score(List<String> queries, List<String> documents) {
    String fingerprint = model.fingerprint();
    float[][] scores = new float[queries.size()][documents.size()];
    for (int q = 0; q < scores.length; q++) {
      String query = queries.get(q);
      List<Integer> missing = new ArrayList<>();
      for (int d = 0; d < scores[q].length; d++) {
        Float known = cache.get(fingerprint, query, documents.get(d));
        if (known == null) {
          missing.add(d);
        } else {
          scores[q][d] = known;
        }
      }
      if (!missing.isEmpty()) {
        List<String> texts = missing.stream().map(documents::get).toList();
        float[] fresh = ModelScores.checked(model, List.of(query), texts)[0];
        for (int i = 0; i < fresh.length; i++) {
          scores[q][missing.get(i)] = fresh[i];
          cache.put(fingerprint, query, texts.get(i), fresh[i]);
        }
      }
    }
    return scores;
  }

  @Override
  public void close() throws Exception {
    model.close();
  }
}
