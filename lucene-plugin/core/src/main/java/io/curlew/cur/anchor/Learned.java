package io.curlew.cur.anchor;

import org.jspecify.annotations.Nullable;

/**
 * What was learned on the anchor queries' own scores, once all documents had their rows: kept with
 * the anchors, and of no effect on rows. Immutable.
 *
 * @param features how features and scores vary together, or null
 * @param latent from a query's vector to its latent query, or null
 * @param calibration of expected recall
 * @param profile for relevance; none where no judged queries were there to learn from
 */
public record Learned(
    @Nullable FeatureStatistics features,
    @Nullable LatentMap latent,
    RecallCalibration calibration,
    RankingProfile profile) {

  /** Nothing was learned. */
  public static final Learned NONE =
      new Learned(null, null, RecallCalibration.NONE, RankingProfile.NONE);

  /** The same with another profile. */
  public Learned withProfile(RankingProfile other) {
    return new Learned(features, latent, calibration, other);
  }
}
