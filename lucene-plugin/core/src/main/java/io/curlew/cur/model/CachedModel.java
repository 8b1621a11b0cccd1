package io.curlew.cur.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A model that asks a {@link ScoreCache} first. What is in the cache costs no call of the model
 * underneath; a search counts it against its budget all the same, so that rankings do not depend on
 * what was asked before. Queries that lack the same documents are asked for in one call.
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
    Map<BitSet, List<Integer>> missing =
        new LinkedHashMap<>(); // queries by the documents they lack
    for (int q = 0; q < scores.length; q++) {
      BitSet unknown = new BitSet();
      for (int d = 0; d < scores[q].length; d++) {
        Float known = cache.get(fingerprint, queries.get(q), documents.get(d));
        if (known == null) {
          unknown.set(d);
        } else {
          scores[q][d] = known;
        }
      }
      if (!unknown.isEmpty()) {
        missing.computeIfAbsent(unknown, set -> new ArrayList<>()).add(q);
      }
    }
    missing.forEach((unknown, asked) -> ask(queries, documents, asked, unknown, scores));
    return scores;
  }

  /** Scores some queries against the same documents, in one call. */
  private void ask(
      List<String> queries,
      List<String> documents,
      List<Integer> asked,
      BitSet unknown,
      float[][] scores) {
    int[] places = unknown.stream().toArray();
    List<String> texts = Arrays.stream(places).mapToObj(documents::get).toList();
    List<String> some = asked.stream().map(queries::get).toList();
    float[][] fresh = ModelScores.checked(model, some, texts);
    for (int i = 0; i < fresh.length; i++) {
      for (int j = 0; j < places.length; j++) {
        scores[asked.get(i)][places[j]] = fresh[i][j];
        cache.put(model.fingerprint(), some.get(i), texts.get(j), fresh[i][j]);
      }
    }
  }

  @Override
  public void close() throws Exception {
    model.close();
  }
}
