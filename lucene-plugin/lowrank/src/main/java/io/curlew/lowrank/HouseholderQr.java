package io.curlew.lowrank;

import io.curlew.simd.MatrixKernel;
import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;

/**
 * The work of a truncated QR factorisation with column pivoting, by Householder reflections.
 *
 * <p>Columns are not moved. Within a block of steps the residual matrix is not touched either: with
 * V the reflectors and F = A^T V T of the block, the residual is A - V F^T, so that one step costs
 * one product of the matrix with a vector; at the end of the block the product V F^T is subtracted
 * at once. A factorisation that stops within the first block never writes to the matrix. This is
 * LAPACK's dlaqps (Quintana-Orti, Sun, Bischof 1998), with its guard: norms of residual columns are
 * downdated, and where that has lost half of the digits (Drmac, Bujanovic 2008) the block ends and
 * the norm is computed anew.
 */
final class HouseholderQr {

  private static final int BLOCK = 64;
  private static final double LOST_DIGITS = Math.sqrt(Math.ulp(1.0) / 2);
  private static final double LARGEST_SCALE = 0x1p400; // squares stay within the range of doubles
  private static final double SMALLEST_SCALE = 0x1p-400;

  private final MatrixKernel kernel = MatrixKernel.BEST;
  private final int m;
  private final int n;
  private final double[] w; // the residual in the rows that are left, as of the block's start
  private final double scale;
  private double[] v = new double[0]; // reflectors, one per row of length m
  private double[] r = new double[0]; // rows of R, columns in their original places
  private double[] tau = new double[0];
  private final double[] f; // the block's F^T, one row of length n per step
  private final double[] coefficients;
  private final double[] norms;
  private final double[] exactNorms; // as of the last time they were computed
  private int[] pivots = new int[0];
  private int steps;
  private int blockStart;

  private HouseholderQr(DMatrixRMaj a, int limit) {
    m = a.numRows;
    n = a.numCols;
    w = Arrays.copyOf(a.data, m * n);
    scale = scale(Matrices.maxAbs(a));
    if (scale != 1) {
      for (int i = 0; i < w.length; i++) {
        w[i] *= scale;
      }
    }
    int block = Math.min(BLOCK, limit);
    f = new double[block * n];
    coefficients = new double[Math.max(block, 1)];
    norms = new double[n];
    exactNorms = new double[n];
    reserve(block, limit);
  }

  /** Factors a matrix until the truncation is met or the rule has no more columns. */
  static HouseholderQr compute(DMatrixRMaj a, Truncation truncation, PivotRule rule) {
    int limit = truncation.rankFor(a.numRows, a.numCols);
    HouseholderQr qr = new HouseholderQr(a, limit);
    qr.run(truncation, limit, rule);
    return qr;
  }

  /** A power of two that brings the largest magnitude to where squares cannot overflow. */
  static double scale(double maxAbs) {
    if (maxAbs == 0 || (maxAbs > SMALLEST_SCALE && maxAbs < LARGEST_SCALE)) {
      return 1;
    }
    // Not beyond 2^1000, so that the scale of a subnormal number stays finite.
    return Math.scalb(1.0, Math.min(1000, -Math.getExponent(maxAbs)));
  }

  private void run(Truncation truncation, int limit, PivotRule rule) {
    double threshold = 0;
    if (rule.needsNorms()) {
      recomputeNorms(0, true);
      threshold = truncation.threshold(max(norms) / scale) * scale;
    }
    while (steps < limit) {
      if (rule.needsNorms() && max(norms) <= threshold) {
        break;
      }
      int pivot = rule.next(steps, norms, threshold);
      if (pivot < 0) {
        break;
      }
      reserve(steps + 1, limit);
      step(pivot);
      boolean unreliable = rule.needsNorms() && downdateNorms();
      steps++;
      if (steps < limit && (unreliable || steps - blockStart == BLOCK)) {
        endBlock(unreliable);
      } else if (unreliable) {
        endBlock(true); // for the norms of the residual that is reported
      }
    }
  }

  private void step(int pivot) {
    int j = steps;
    int done = j - blockStart;
    int rest = m - j;
    int reflector = j * m + j;

    // The pivot column of the residual.
    for (int i = 0; i < rest; i++) {
      v[reflector + i] = w[(j + i) * n + pivot];
    }
    for (int i = 0; i < done; i++) {
      coefficients[i] = -f[i * n + pivot];
    }
    kernel.combine(coefficients, 0, done, v, blockStart * m + j, m, v, reflector, rest);

    double alpha = v[reflector];
    double tail = Math.sqrt(kernel.dot(v, reflector + 1, v, reflector + 1, rest - 1));
    double beta = alpha;
    if (tail > 0) {
      beta = -Math.copySign(Math.hypot(alpha, tail), alpha);
      tau[j] = (beta - alpha) / beta;
      double factor = 1 / (alpha - beta);
      for (int i = reflector + 1; i < reflector + rest; i++) {
        v[i] *= factor;
      }
    }
    v[reflector] = 1;

    // F^T's row j = tau (v^T A - v^T V F^T).
    int row = done * n;
    Arrays.fill(f, row, row + n, 0);
    if (tau[j] != 0) {
      kernel.combine(v, reflector, rest, w, j * n, n, f, row, n);
      for (int i = 0; i < done; i++) {
        coefficients[i] = -kernel.dot(v, (blockStart + i) * m + j, v, reflector, rest);
      }
      kernel.combine(coefficients, 0, done, f, 0, n, f, row, n);
      for (int i = row; i < row + n; i++) {
        f[i] *= tau[j];
      }
    }

    // R's row j.
    System.arraycopy(w, j * n, r, j * n, n);
    for (int i = 0; i <= done; i++) {
      coefficients[i] = -v[(blockStart + i) * m + j];
    }
    kernel.combine(coefficients, 0, done + 1, f, 0, n, r, j * n, n);
    for (int i = 0; i < j; i++) {
      r[j * n + pivots[i]] = 0;
    }
    r[j * n + pivot] = beta;
    pivots[j] = pivot;
    norms[pivot] = -1;
  }

  /** Takes row j of R out of the norms; true if some norm has lost too many digits. */
  private boolean downdateNorms() {
    boolean unreliable = false;
    int row = steps * n;
    for (int i = 0; i < n; i++) {
      double norm = norms[i];
      if (norm > 0) {
        double ratio = Math.abs(r[row + i]) / norm;
        double left = Math.max(0, (1 - ratio) * (1 + ratio));
        double sinceExact = norm / exactNorms[i];
        if (left * sinceExact * sinceExact <= LOST_DIGITS) {
          unreliable = true;
          exactNorms[i] = 0; // to be computed anew
        } else {
          norms[i] = norm * Math.sqrt(left);
        }
      }
    }
    return unreliable;
  }

  /** Subtracts V F^T of the block from the rows that are left. */
  private void endBlock(boolean unreliable) {
    int done = steps - blockStart;
    int rest = m - steps;
    double[] reflectors = new double[done * rest];
    for (int i = 0; i < done; i++) {
      for (int k = 0; k < rest; k++) {
        reflectors[i * rest + k] = -v[(blockStart + i) * m + steps + k];
      }
    }
    MatrixProduct.singleThreaded()
        .accumulate(
            new Operand.Transposed(reflectors, done, rest), Operand.of(f, done, n), w, steps * n);
    blockStart = steps;
    if (unreliable) {
      recomputeNorms(steps, false);
    }
  }

  private void recomputeNorms(int fromRow, boolean all) {
    double[] squares = new double[n];
    for (int i = fromRow; i < m; i++) {
      kernel.addSquares(w, i * n, squares, 0, n);
    }
    for (int i = 0; i < n; i++) {
      if (norms[i] >= 0 && (all || exactNorms[i] == 0)) {
        norms[i] = Math.sqrt(squares[i]);
        exactNorms[i] = norms[i];
      }
    }
  }

  private static double max(double[] values) {
    double max = 0;
    for (double value : values) {
      max = Math.max(max, value);
    }
    return max;
  }

  private void reserve(int wanted, int limit) {
    if (wanted > pivots.length) {
      int size = Math.min(limit, Math.max(wanted, 2 * pivots.length));
      pivots = Arrays.copyOf(pivots, size);
      tau = Arrays.copyOf(tau, size);
      v = Arrays.copyOf(v, Math.multiplyExact(size, m));
      r = Arrays.copyOf(r, Math.multiplyExact(size, n));
    }
  }

  /** The columns in the order in which they were taken. */
  int[] pivots() {
    return Arrays.copyOf(pivots, steps);
  }

  /** R (steps x n), columns in their original places. */
  DMatrixRMaj r() {
    DMatrixRMaj result = new DMatrixRMaj(steps, n, true, Arrays.copyOf(r, steps * n));
    if (scale != 1) {
      for (int i = 0; i < result.data.length; i++) {
        result.data[i] /= scale;
      }
    }
    return result;
  }

  /** The norms of the residual columns, 0 for those that were taken. */
  double[] residualNorms() {
    double[] result = new double[n];
    for (int i = 0; i < n; i++) {
      result[i] = Math.max(0, norms[i]) / scale;
    }
    return result;
  }

  /** Q (m x steps) = (I - V T V^T) times the first columns of the identity. */
  DMatrixRMaj q() {
    DMatrixRMaj q = new DMatrixRMaj(m, steps);
    if (steps == 0) {
      return q;
    }
    DMatrixRMaj reflectors = new DMatrixRMaj(steps, m, true, Arrays.copyOf(v, steps * m));
    MatrixProduct product = MatrixProduct.singleThreaded();
    DMatrixRMaj gram = product.multiplyTransposedRight(reflectors, reflectors);
    DMatrixRMaj t = new DMatrixRMaj(steps, steps);
    for (int j = 0; j < steps; j++) {
      for (int i = 0; i < j; i++) {
        double sum = 0;
        for (int k = i; k < j; k++) {
          sum += t.data[i * steps + k] * gram.data[k * steps + j];
        }
        t.data[i * steps + j] = -tau[j] * sum;
      }
      t.data[j * steps + j] = tau[j];
    }
    // V's first rows, with a minus: -T V_1^T.
    DMatrixRMaj top = new DMatrixRMaj(steps, steps);
    for (int i = 0; i < steps; i++) {
      for (int j = 0; j < steps; j++) {
        top.data[i * steps + j] = -v[i * m + j];
      }
    }
    DMatrixRMaj right = product.multiply(t, top);
    for (int i = 0; i < steps; i++) {
      q.data[i * steps + i] = 1;
    }
    product.accumulate(Operand.transposed(reflectors), Operand.of(right), q.data, 0);
    return q;
  }
}
