package io.curlew.lucene.rows;

/**
 * Scores of a model as an engine wants them, the same for every search: so that those of shards
 * merge, and those of one search may be compared with those of another.
 */
public final class EngineScores {

  private static final float FAR_BELOW = -1e30f;

  /** How {@link #below} computes, for an explanation. */
  public static final String BELOW = "computed as " + FAR_BELOW + " / (1 + first score)";

  private EngineScores() {}

  /** The score of a hit of a query, which must not be negative, for a score of the model. */
  public static float of(float model) {
    return model >= 0 ? 1 + model : 1 / (1 - model);
  }

  /** The score of a hit that was not re-ranked: below all that the model gives, in their order. */
  public static float below(float firstScore) {
    return FAR_BELOW / (1 + Math.max(0, firstScore));
  }
}
