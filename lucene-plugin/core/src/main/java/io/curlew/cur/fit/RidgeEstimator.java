package io.curlew.cur.fit;

import io.curlew.cur.anchor.AnchorStatistics;
import java.util.HashMap;
import java.util.Map;

/**
 * The one estimator of the project: regularised least squares of a query's scores on anchor rows,
 *
 * <pre>min_u sum_j (y_j - u.r_j)^2 + lambda |u|^2,</pre>
 *
 * where r_j is the anchor row of a scored document and y_j its exact score less whatever a prior
 * already explains. u is the query's latent vector: u.r_d estimates the score of any document d.
 * With anchor documents fixed offline this is CUR with a regularised core (Yadav et al. 2022), with
 * the documents scored so far it is adaptive CUR. A plain pseudo-inverse of the core fails where
 * the number of scored documents is near the number of anchors; see the test on the crater.
 *
 * <p>Lambda is chosen by the leave-one-out error, which either form gives from its factor without
 * refitting (Hastie, Tibshirani, Friedman, section 7.10), on a {@link LambdaGrid}. It has no unit:
 * it is relative to a given scale, the typical squared norm of a row. Rows arrive one by one; every
 * factor in use is updated, not recomputed.
 *
 * <p>Cost of n rows of k anchors, for each of the few lambdas looked at: about n^3 / 3
 * multiplications in the dual form, which is used up to n = 2k, beyond that n k^2 in the primal
 * form. Not safe for use by several threads.
 */
public final class RidgeEstimator {

  private final ScoredRows rows;
  private final boolean dual;
  private final double scale;
  private final Map<Double, RidgeFactor> factors = new HashMap<>();
  private final LambdaGrid lambdas = new LambdaGrid(1e-6, 1e2, 1e-2);

  private RidgeEstimator(int features, int capacity, double scale, boolean dual) {
    this.dual = dual;
    this.scale = scale;
    this.rows = new ScoredRows(features, capacity, dual);
  }

  /**
   * An estimator without rows.
   *
   * @param features the number of anchors, k
   * @param capacity the largest number of rows that will be added
   * @param scale what lambda is relative to: {@link AnchorStatistics#meanSquaredNorm()}
   */
  public static RidgeEstimator create(int features, int capacity, double scale) {
    return create(features, capacity, scale, capacity <= 2L * features);
  }

  static RidgeEstimator create(int features, int capacity, double scale, boolean dual) {
    if (features < 1) {
      throw new IllegalArgumentException("features must be at least 1, got: " + features);
    }
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity must be at least 1, got: " + capacity);
    }
    if (!(scale > 0) || Double.isInfinite(scale)) {
      throw new IllegalArgumentException("scale must be positive and finite, got: " + scale);
    }
    return new RidgeEstimator(features, capacity, scale, dual);
  }

  /** Adds the anchor row of a scored document; it is copied. */
  public void add(float[] row) {
    rows.add(row);
  }

  /** The number of rows added so far. */
  public int size() {
    return rows.size();
  }

  /**
   * Fits all rows added so far, whatever was fitted before.
   *
   * @param targets one per row, in the order of {@link #add}
   */
  public Fit fit(double[] targets) {
    lambdas.restart();
    return refit(targets);
  }

  /** The same for a query that was fitted last, on fewer rows: near the lambda of that fit. */
  public Fit refit(double[] targets) {
    if (rows.size() == 0) {
      throw new IllegalStateException("rows must be at least 1, got: 0");
    }
    if (targets.length != rows.size()) {
      throw new IllegalArgumentException(
          "targets must be one per row, " + rows.size() + ", got: " + targets.length);
    }
    RidgeFactor.Solution best = lambdas.descend(lambda -> solve(lambda, targets));
    return new Fit(
        dual ? rows.combination(best.coefficients()) : best.coefficients(),
        lambdas.chosen(),
        Math.sqrt(best.squaredLooError() / rows.size()),
        best.effectiveRank());
  }

  private RidgeFactor.Solution solve(double lambda, double[] targets) {
    RidgeFactor factor = factors.computeIfAbsent(lambda, this::newFactor);
    factor.update();
    return factor.solve(targets);
  }

  private RidgeFactor newFactor(double lambda) {
    double absolute = lambda * scale;
    return dual ? new DualRidgeFactor(rows, absolute) : new PrimalRidgeFactor(rows, absolute);
  }

  /**
   * A fitted latent query.
   *
   * @param weights u, one weight per anchor
   * @param lambda the chosen regularisation, relative to the scale
   * @param looError the root mean squared leave-one-out residual, in the unit of the targets
   * @param effectiveRank the effective number of parameters, the trace of the hat matrix
   */
  public record Fit(double[] weights, double lambda, double looError, double effectiveRank) {

    public static final Fit NONE = new Fit(new double[0], Double.NaN, Double.NaN, 0);

    public float[] floatWeights() {
      float[] floats = new float[weights.length];
      for (int a = 0; a < floats.length; a++) {
        floats[a] = (float) weights[a];
      }
      return floats;
    }
  }
}
