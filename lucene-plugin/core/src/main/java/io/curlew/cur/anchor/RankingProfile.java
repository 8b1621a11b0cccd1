package io.curlew.cur.anchor;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a ranking adds to the model's score: a weighted sum of features, learned for relevance. The
 * estimate of a document that the model was not called for gets the same. Immutable.
 *
 * @param weights by the name of the feature, in units of the model's score; a feature without one,
 *     or that a search does not have, adds nothing
 */
public record RankingProfile(Map<String, Double> weights) {

  /** The model's score alone. */
  public static final RankingProfile NONE = new RankingProfile(Map.of());

  public RankingProfile {
    weights.forEach(
        (name, weight) -> {
          if (!Double.isFinite(weight)) {
            throw new IllegalArgumentException(
                "weight of feature " + name + " must be finite, got: " + weight);
          }
        });
    weights = Map.copyOf(weights);
  }

  /** Whether the model's score alone ranks. */
  public boolean isNone() {
    return weights.values().stream().allMatch(weight -> weight == 0);
  }

  /** The weight of a feature, 0 if it has none. */
  public double weight(String feature) {
    return weights.getOrDefault(feature, 0.0);
  }

  @Override
  public String toString() {
    return "score"
        + new TreeMap<>(weights)
            .entrySet().stream()
                .map(e -> String.format(Locale.ROOT, " %+.4g %s", e.getValue(), e.getKey()))
                .reduce("", String::concat);
  }
}
