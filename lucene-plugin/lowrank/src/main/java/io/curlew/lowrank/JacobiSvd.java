package io.curlew.lowrank;

import io.curlew.simd.MatrixKernel;
import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;

/**
 * The singular value decomposition A = U S V^T by one-sided Jacobi rotations, prepared by two QR
 * factorisations (Drmac, Veselic 2008): pivoted, A = Q R, then of R^T. The rows of the second
 * triangle are nearly orthogonal, so that a few sweeps suffice; the singular values come out with
 * high relative accuracy. Where A has numerical rank k below min(m, n), the first factorisation
 * stops there and the rotations work on k x k.
 *
 * <p>Cost: 2 m n k, then about 4 k^3 multiplications per sweep, three to eight sweeps.
 *
 * @param u (m x k)
 * @param singularValues positive and falling
 * @param v (n x k)
 */
record JacobiSvd(DMatrixRMaj u, double[] singularValues, DMatrixRMaj v) {

  private static final int MAX_SWEEPS = 60;
  private static final double EPS = Math.ulp(1.0);

  /**
   * Decomposes a matrix of finite numbers.
   *
   * @param atLeast how many singular triples to return even where the matrix is exhausted to
   *     working precision before, unless the rest is exactly 0
   */
  static JacobiSvd compute(DMatrixRMaj a, int atLeast) {
    HouseholderQr first = HouseholderQr.compute(a, Truncation.relative(0), untilExhausted(atLeast));
    DMatrixRMaj r = first.r();
    HouseholderQr second =
        HouseholderQr.compute(Matrices.transpose(r), Truncation.relative(0), PivotRule.NATURAL);
    DMatrixRMaj w = second.r();
    double scale = HouseholderQr.scale(Matrices.maxAbs(w));
    for (int i = 0; i < w.data.length; i++) {
      w.data[i] *= scale;
    }
    DMatrixRMaj rotations = Triangles.identity(w.numRows);
    sweep(w, rotations);

    int k = w.numRows;
    double[] norms = new double[k];
    for (int i = 0; i < k; i++) {
      norms[i] = Math.sqrt(MatrixKernel.BEST.dot(w.data, i * k, w.data, i * k, k));
    }
    int[] order = Orders.falling(norms);
    int kept = 0;
    while (kept < k && norms[order[kept]] > 0) {
      kept++;
    }
    order = Arrays.copyOf(order, kept);
    double[] sigma = new double[kept];
    double[] inverse = new double[kept];
    for (int i = 0; i < kept; i++) {
      inverse[i] = 1 / norms[order[i]];
      sigma[i] = norms[order[i]] / scale;
    }
    MatrixProduct product = MatrixProduct.singleThreaded();
    DMatrixRMaj left = Matrices.scaleRows(Matrices.rows(w, order), inverse);
    return new JacobiSvd(
        product.multiplyTransposedRight(first.q(), left),
        sigma,
        product.multiplyTransposedRight(second.q(), Matrices.rows(rotations, order)));
  }

  private static PivotRule untilExhausted(int atLeast) {
    return new PivotRule() {
      private double size;

      @Override
      public int next(int step, double[] norms, double threshold) {
        int longest = Matrices.argMax(norms);
        if (step == 0) {
          size = norms[longest];
        }
        return step >= atLeast && norms[longest] <= EPS * size ? -1 : longest;
      }
    };
  }

  /** Rotates pairs of rows of W until all are orthogonal; G collects the rotations. */
  private static void sweep(DMatrixRMaj w, DMatrixRMaj g) {
    MatrixKernel kernel = MatrixKernel.BEST;
    int k = w.numRows;
    double tolerance = EPS * Math.sqrt(k);
    double[] squares = new double[k];
    boolean rotated = true;
    for (int sweep = 0; rotated && sweep < MAX_SWEEPS; sweep++) {
      rotated = false;
      for (int i = 0; i < k; i++) {
        squares[i] = kernel.dot(w.data, i * k, w.data, i * k, k);
      }
      for (int i = 0; i < k; i++) {
        for (int j = i + 1; j < k; j++) {
          double product = kernel.dot(w.data, i * k, w.data, j * k, k);
          if (Math.abs(product) <= tolerance * Math.sqrt(squares[i]) * Math.sqrt(squares[j])) {
            continue;
          }
          rotated = true;
          double zeta = (squares[j] - squares[i]) / (2 * product);
          double t = Math.copySign(1 / (Math.abs(zeta) + Math.hypot(1, zeta)), zeta);
          double c = 1 / Math.sqrt(1 + t * t);
          double s = c * t;
          kernel.rotate(c, s, w.data, i * k, w.data, j * k, k);
          kernel.rotate(c, s, g.data, i * k, g.data, j * k, k);
          squares[i] = updated(squares[i], -t * product, w, i);
          squares[j] = updated(squares[j], t * product, w, j);
        }
      }
    }
  }

  /** The squared norm of a row after a rotation, computed anew where the update would cancel. */
  private static double updated(double square, double change, DMatrixRMaj w, int row) {
    double sum = square + change;
    int k = w.numCols;
    return sum > square / 2 ? sum : MatrixKernel.BEST.dot(w.data, row * k, w.data, row * k, k);
  }
}
