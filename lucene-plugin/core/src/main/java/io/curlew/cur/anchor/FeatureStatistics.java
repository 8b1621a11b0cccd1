package io.curlew.cur.anchor;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What training queries tell of features: how they vary together with the model's score among the
 * documents of a query's lists, on average. Everything that regression needs: the weights of any of
 * the features, and a prior for those of a single query. Immutable.
 *
 * @param features their names
 * @param covariances symmetric: of the features, in order, then the mean anchor score, then the
 *     model's score; within a query, the mean over queries
 */
public record FeatureStatistics(List<String> features, double[][] covariances) {

  public FeatureStatistics {
    features = List.copyOf(features);
    int size = features.size() + 2;
    if (covariances.length != size) {
      throw new IllegalArgumentException(
          "covariances must be of " + size + " values, got: " + covariances.length);
    }
    for (double[] row : covariances) {
      if (row.length != size) {
        throw new IllegalArgumentException(
            "covariances must be of " + size + " values, got: " + row.length);
      }
      for (double value : row) {
        if (!Double.isFinite(value)) {
          throw new IllegalArgumentException("covariances must be finite, got: " + value);
        }
      }
    }
  }

  /** The same as if the mean anchor score did not vary: so it gets no weight. */
  public FeatureStatistics withoutMean() {
    double[][] without = new double[covariances.length][];
    int mean = features.size();
    for (int i = 0; i < without.length; i++) {
      without[i] = i == mean ? new double[covariances.length] : covariances[i].clone();
      without[i][mean] = 0;
    }
    return new FeatureStatistics(features, without);
  }

  /**
   * The same of these features, in their order; those of which nothing is known vary with nothing.
   * Null if nothing is known of any: none of them varied.
   */
  public @Nullable FeatureStatistics of(List<String> names) {
    int[] places = new int[names.size() + 2];
    boolean known = false;
    for (int i = 0; i < names.size(); i++) {
      places[i] = features.indexOf(names.get(i));
      known |= places[i] >= 0 && covariances[places[i]][places[i]] > 0;
    }
    places[names.size()] = features.size();
    places[names.size() + 1] = features.size() + 1;
    double[][] some = new double[places.length][places.length];
    for (int i = 0; i < places.length; i++) {
      for (int j = 0; j < places.length; j++) {
        some[i][j] = places[i] < 0 || places[j] < 0 ? 0 : covariances[places[i]][places[j]];
      }
    }
    return known ? new FeatureStatistics(names, some) : null;
  }
}
