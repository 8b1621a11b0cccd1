package io.curlew.cur.shards;

import io.curlew.cur.BestScores;
import io.curlew.cur.Estimates;
import io.curlew.cur.anchor.LatentQuery;
import io.curlew.simd.DotProduct;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** The documents of shards that a search has met so far; their ordinals are in that order. */
final class KnownDocuments {

  private final List<Known> documents = new ArrayList<>();
  private final Map<String, Integer> ordinals = new HashMap<>();

  /** What is known of a document. */
  static final class Known {
    final int shard;
    final String id;
    final float[] features; // NaN where one does not match
    final float[] row;
    final float squaredNorm;
    boolean gone;

    private Known(int shard, String id, float[] features, float[] row, float squaredNorm) {
      this.shard = shard;
      this.id = id;
      this.features = features;
      this.row = row;
      this.squaredNorm = squaredNorm;
    }
  }

  /** Takes in the documents of an answer that were not met before: the ordinals of all. */
  int[] add(int shard, Answer.Documents found) {
    int[] of = new int[found.ids().size()];
    for (int i = 0; i < of.length; i++) {
      String id = found.ids().get(i);
      Integer ordinal = ordinals.putIfAbsent(id, documents.size());
      if (ordinal == null) {
        float[] features = new float[found.features().length];
        for (int f = 0; f < features.length; f++) {
          features[f] = found.features()[f][i];
        }
        documents.add(new Known(shard, id, features, found.rows()[i], found.squaredNorms()[i]));
      }
      of[i] = ordinal == null ? documents.size() - 1 : ordinal;
    }
    return of;
  }

  Known get(int ordinal) {
    return documents.get(ordinal);
  }

  int size() {
    return documents.size();
  }

  List<String> ids(int[] some) {
    return Arrays.stream(some).mapToObj(ordinal -> documents.get(ordinal).id).toList();
  }

  /** What a feature says of all that are not gone; NaN for others. */
  float[] feature(int feature) {
    float[] values = new float[documents.size()];
    for (int i = 0; i < values.length; i++) {
      Known document = documents.get(i);
      values[i] = document.gone ? Float.NaN : document.features[feature];
    }
    return values;
  }

  /** All that are not gone. */
  int[] there() {
    return IntStream.range(0, documents.size()).filter(i -> !documents.get(i).gone).toArray();
  }

  /** Marks all of a shard as gone. */
  void lose(int shard) {
    for (Known document : documents) {
      document.gone |= document.shard == shard;
    }
  }

  /**
   * The best of some documents, best first.
   *
   * @param scores of each
   */
  Estimates best(int[] some, float[] scores, IntPredicate excluded, int n) throws IOException {
    if (n == 0) {
      return Estimates.NONE;
    }
    BestScores.Likely likely = new BestScores.Likely(i -> excluded.test(some[i]), n);
    likely.add(scores, 0, scores.length);
    Estimates best = new BestScores(places -> ids(pick(some, places))).select(likely);
    return new Estimates(pick(some, best.documents()), best.scores());
  }

  /** The best of all that are not gone by a latent query, best first. */
  Estimates best(LatentQuery latent, IntPredicate excluded, int n) throws IOException {
    DotProduct dotProduct = DotProduct.create();
    int[] there = there();
    float[] estimates = new float[there.length];
    for (int i = 0; i < estimates.length; i++) {
      float[] row = documents.get(there[i]).row;
      estimates[i] = dotProduct.of(row, latent.weights()) + latent.intercept();
    }
    return best(there, estimates, excluded, n);
  }

  private static int[] pick(int[] some, int[] places) {
    return Arrays.stream(places).map(i -> some[i]).toArray();
  }
}
