package io.curlew.lowrank;

import io.curlew.simd.MatrixKernel;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.ejml.data.DMatrixRMaj;

/**
 * Nystrom approximation of a symmetric positive semidefinite matrix, A ~ C W+ C^T with C = A[:, S]
 * and W = A[S, S]. The pivots S come from randomly pivoted Cholesky, each drawn with probability
 * proportional to the diagonal of the residual; its expected trace error is near the best of the
 * rank (Chen, Epperly, Tropp, Webber 2022).
 *
 * <p>The core is truncated: eigenvalues of W that are rounding are dropped, and the approximation
 * is kept as B B^T, which is positive semidefinite whatever happens. Only the diagonal and r
 * columns of A are used: 2 n r^2 multiplications. Not for indefinite matrices, which are an error
 * where it shows: use {@link CurDecomposition}.
 */
public final class NystromApproximation {

  private static final double SYMMETRY = 1e-10;

  private final int[] pivots;
  private final DMatrixRMaj factor;
  private final TruncatedSvd core;
  private final double residualTrace;

  private NystromApproximation(
      int[] pivots, DMatrixRMaj factor, TruncatedSvd core, double residualTrace) {
    this.pivots = pivots;
    this.factor = factor;
    this.core = core;
    this.residualTrace = residualTrace;
  }

  /**
   * Computes the approximation.
   *
   * @param psd symmetric positive semidefinite (n x n)
   * @param truncation a tolerance is on the trace of the residual: relative to that of the matrix,
   *     or absolute
   * @param seed of the pivots
   * @throws IllegalArgumentException if the matrix is not square, not symmetric, has a negative
   *     diagonal or residual diagonal, if the rank is above n, or an entry is not finite
   */
  public static NystromApproximation compute(DMatrixRMaj psd, Truncation truncation, long seed) {
    Shapes.requireEqual("rows of the matrix", psd.numRows, "its columns", psd.numCols);
    int limit = truncation.rankFor(psd.numRows, psd.numCols);
    Shapes.requireFinite(psd);
    requireSymmetric(psd);
    int[] pivots = new RandomlyPivotedCholesky(psd, limit).run(truncation, seed);
    DMatrixRMaj c = Matrices.columns(psd, pivots);
    DMatrixRMaj w = Matrices.rows(c, pivots);
    double rounding = Math.max(1, pivots.length) * Math.ulp(1.0);
    TruncatedSvd core = TruncatedSvd.compute(w, Truncation.relative(rounding));
    double[] roots = core.singularValues();
    for (int i = 0; i < roots.length; i++) {
      roots[i] = 1 / Math.sqrt(roots[i]);
    }
    // W = V S V^T, so A ~ (C V S^-1/2) (C V S^-1/2)^T.
    DMatrixRMaj factor =
        Matrices.scaleColumns(MatrixProduct.singleThreaded().multiply(c, core.v()), roots);
    double trace = 0;
    double[] kept = Matrices.squaredRowNorms(factor);
    for (int i = 0; i < kept.length; i++) {
      trace += psd.data[i * psd.numCols + i] - kept[i];
    }
    return new NystromApproximation(pivots, factor, core, Math.max(0, trace));
  }

  private static void requireSymmetric(DMatrixRMaj a) {
    int n = a.numRows;
    double allowed = SYMMETRY * Matrices.maxAbs(a);
    DMatrixRMaj t = Matrices.transpose(a);
    for (int i = 0; i < a.getNumElements(); i++) {
      if (Math.abs(a.data[i] - t.data[i]) > allowed) {
        throw new IllegalArgumentException(
            "the matrix must be symmetric, got: "
                + a.data[i]
                + " at row "
                + i / n
                + ", column "
                + i % n
                + " and "
                + t.data[i]
                + " at its mirror image");
      }
    }
  }

  /** The chosen rows and columns S, in the order of choice. */
  public int[] pivots() {
    return pivots.clone();
  }

  /** B (n x k) with A ~ B B^T, where k is at most the number of pivots. */
  public DMatrixRMaj factor() {
    return factor.copy();
  }

  /** B B^T (n x n): n^2 r multiplications. */
  public DMatrixRMaj reconstruct() {
    return MatrixProduct.singleThreaded().multiplyTransposedRight(factor, factor);
  }

  /** B B^T X for X (n x p): 2 n r p multiplications. */
  public DMatrixRMaj multiply(DMatrixRMaj x) {
    return new ProductOperator(factor, Matrices.transpose(factor)).multiply(x);
  }

  /**
   * The trace of the residual A - B B^T. As the residual is positive semidefinite this is no
   * estimate but a bound of its Frobenius norm and its 2-norm, and the trace norm itself, up to
   * rounding of about n 1e-16 times the largest entry.
   */
  public double errorEstimate() {
    return residualTrace;
  }

  /** The condition number of W without what is rounding. */
  public double conditionNumber() {
    return core.conditionNumber();
  }

  /** The effective rank of W: {@link TruncatedSvd#effectiveRank}. */
  public double effectiveRank() {
    return core.effectiveRank();
  }

  /** The pivots of a partial Cholesky factorisation, drawn by the residual's diagonal. */
  private static final class RandomlyPivotedCholesky {
    private static final double ROUNDING = 1e-10;

    private final DMatrixRMaj a;
    private final int n;
    private final int limit;
    private final double[] diagonal;
    private final double largest;

    RandomlyPivotedCholesky(DMatrixRMaj a, int limit) {
      this.a = a;
      this.limit = limit;
      n = a.numRows;
      diagonal = new double[n];
      Arrays.setAll(diagonal, i -> a.data[i * n + i]);
      largest = Arrays.stream(diagonal).max().orElse(0);
      double entry = Matrices.maxAbs(a);
      if (entry > largest * (1 + ROUNDING)) {
        throw new IllegalArgumentException(
            "the matrix must be positive semidefinite, got an entry of magnitude "
                + entry
                + " above the diagonal's largest, "
                + largest);
      }
    }

    int[] run(Truncation truncation, long seed) {
      SplittableRandom random = new SplittableRandom(seed);
      double[] rows = new double[0]; // of the factor's transpose
      double[] coefficients = new double[limit];
      int[] pivots = new int[limit];
      int count = 0;
      double threshold = truncation.threshold(trace());
      while (count < limit && trace() > threshold) {
        int pivot = Draws.byWeight(diagonal, random);
        if ((count + 1) * n > rows.length) {
          rows = Arrays.copyOf(rows, n * Math.min(limit, Math.max(16, 2 * count)));
        }
        int row = count * n;
        System.arraycopy(a.data, pivot * n, rows, row, n);
        for (int i = 0; i < count; i++) {
          coefficients[i] = -rows[i * n + pivot];
        }
        MatrixKernel.BEST.combine(coefficients, 0, count, rows, 0, n, rows, row, n);
        double root = Math.sqrt(diagonal[pivot]);
        for (int i = 0; i < n; i++) {
          rows[row + i] /= root;
          diagonal[i] -= rows[row + i] * rows[row + i];
        }
        diagonal[pivot] = 0;
        pivots[count++] = pivot;
      }
      return Arrays.copyOf(pivots, count);
    }

    /** The residual's trace; negative entries within rounding become 0. */
    private double trace() {
      double sum = 0;
      for (int i = 0; i < n; i++) {
        if (diagonal[i] < -ROUNDING * largest) {
          throw new IllegalArgumentException(
              "the matrix must be positive semidefinite, got a residual of "
                  + diagonal[i]
                  + " on the diagonal, row "
                  + i);
        }
        diagonal[i] = Math.max(0, diagonal[i]);
        sum += diagonal[i];
      }
      return sum;
    }
  }
}
