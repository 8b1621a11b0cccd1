package io.curlew.cur.learn;

import io.curlew.cur.AnchorRows;
import io.curlew.cur.FirstStage;
import io.curlew.cur.SearchSpace;
import io.curlew.cur.anchor.FeatureStatistics;
import io.curlew.cur.anchor.LatentMap;
import io.curlew.cur.anchor.LatentQuery;
import io.curlew.cur.anchor.Learned;
import io.curlew.cur.anchor.RankingProfile;
import io.curlew.cur.anchor.RecallCalibration;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Learns for a query model that is not the anchors', from its scores of some documents for some
 * training queries: a fixed number of calls for an index, however large it is. It learns how far
 * the features, and the cheap model's own latent query among them, say what this model will say.
 *
 * <p>Half of the documents are the heads of the lists, where a search has to choose; a quarter is
 * spread over the rest of the lists and a quarter is any: the heads alone would say that features
 * hardly matter, since they are all high there.
 */
public final class CallLearning {

  /** How far down the list documents are spread. */
  private static final int DEEP = 1000;

  private CallLearning() {}

  /**
   * What the model said of a training query.
   *
   * @param space of the query, whose anchors have the cheap model's latent map if there is one
   * @param documents those that were scored
   * @param scores the model's
   * @param grades of documents of the space, where the query is judged
   */
  public record Scored(
      SearchSpace space, int[] documents, float[] scores, Map<Integer, Integer> grades) {}

  /**
   * The documents to score for a training query: n of them, or all.
   *
   * @param seed of those that are any
   */
  public static int[] draw(SearchSpace space, int n, long seed) throws IOException {
    int[] list = FirstStage.hybrid(space, Math.min(space.size(), Math.max(DEEP, n))).documents();
    Set<Integer> drawn = new LinkedHashSet<>();
    for (int i = 0; i < Math.min((n + 1) / 2, list.length); i++) {
      drawn.add(list[i]);
    }
    int spread = n / 4;
    for (int i = 0; i < spread; i++) {
      int left = list.length - drawn.size();
      drawn.add(list[Math.min(list.length - 1, n / 2 + (int) ((i + 0.5) / spread * left))]);
    }
    for (int document : space.sample(Math.min(space.size(), 2 * n), seed)) {
      if (drawn.size() < n) {
        drawn.add(document);
      }
    }
    return drawn.stream().mapToInt(Integer::intValue).toArray();
  }

  /**
   * Learns.
   *
   * @param map of the cheap model, kept as it is; null if there is none
   * @param queries that are no anchors, at least 1
   */
  public static Learned learn(@Nullable LatentMap map, List<Scored> queries) throws IOException {
    List<String> names = new ArrayList<>(queries.getFirst().space().features());
    if (map != null) {
      names.add(LatentMap.FEATURE);
    }
    int size = names.size() + 2;
    double[][] sums = new double[size][size];
    for (Scored query : queries) {
      if (query.documents.length > 1) {
        WithinQuery.addCovariances(values(query, map != null), sums);
      }
    }
    for (double[] row : sums) {
      for (int i = 0; i < size; i++) {
        row[i] /= queries.size();
      }
    }
    RankingProfile profile = ProfileLearning.learn(queries).profile();
    return new Learned(new FeatureStatistics(names, sums), map, RecallCalibration.NONE, profile);
  }

  /** Features, the latent query's estimate, mean anchor score and score. */
  private static double[][] values(Scored query, boolean latent) throws IOException {
    SearchSpace space = query.space;
    AnchorRows rows = space.rows(query.documents);
    List<double[]> values = new ArrayList<>();
    for (float[] feature : rows.features()) {
      values.add(WithinQuery.finite(feature));
    }
    LatentQuery weights = latent ? space.latent() : null;
    float[] none = new float[space.anchors().dimension()];
    float[][] products =
        rows.products(
            new float[][] {
              weights == null ? none : weights.weights(), space.anchors().averaging()
            });
    if (latent) {
      values.add(WithinQuery.finite(products[0]));
    }
    values.add(WithinQuery.finite(products[1]));
    values.add(WithinQuery.finite(query.scores));
    return values.toArray(double[][]::new);
  }
}
