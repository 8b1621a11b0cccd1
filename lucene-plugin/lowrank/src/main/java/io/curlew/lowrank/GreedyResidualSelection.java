package io.curlew.lowrank;

import io.curlew.simd.MatrixKernel;
import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;

/**
 * Greedy column selection by total residual (Farahat, Ghodsi, Kamel 2011). With E the residual, f_i
 * = |E^T e_i|^2 and g_i = |e_i|^2, column i takes f_i / g_i off the squared Frobenius norm. Both
 * are updated from step to step, and computed anew from E where an update has lost half of the
 * digits.
 */
enum GreedyResidualSelection implements ColumnSelection {
  INSTANCE;

  @Override
  public int[] select(DMatrixRMaj m, Truncation truncation) {
    int limit = truncation.rankFor(m.numRows, m.numCols);
    Shapes.requireFinite(m);
    Residual residual = new Residual(m);
    double threshold = truncation.threshold(residual.longest());
    int[] chosen = new int[limit];
    int count = 0;
    while (count < limit && residual.longest() > threshold) {
      int best = residual.best();
      if (best < 0) {
        break;
      }
      chosen[count++] = best;
      residual.remove(best);
    }
    return Arrays.copyOf(chosen, count);
  }

  /** E with f and g; everything in units of the largest magnitude of M. */
  private static final class Residual {
    private static final double LOST_DIGITS = 1e-8;

    private final DMatrixRMaj e;
    private final double scale;
    private final int m;
    private final int n;
    private final boolean[] taken;
    private double[] f = new double[0];
    private double[] g = new double[0];
    private double[] exactF = new double[0];
    private double[] exactG = new double[0];

    Residual(DMatrixRMaj matrix) {
      e = matrix.copy();
      scale = Math.max(Matrices.maxAbs(matrix), Double.MIN_NORMAL);
      for (int i = 0; i < e.data.length; i++) {
        e.data[i] /= scale;
      }
      m = e.numRows;
      n = e.numCols;
      taken = new boolean[n];
      recompute();
    }

    private void recompute() {
      g = Matrices.squaredColumnNorms(e);
      f = new double[n];
      DMatrixRMaj gram = MatrixProduct.singleThreaded().multiplyTransposedLeft(e, e);
      for (int i = 0; i < n; i++) {
        f[i] = MatrixKernel.BEST.dot(gram.data, i * n, gram.data, i * n, n);
      }
      exactF = f.clone();
      exactG = g.clone();
    }

    /** The norm of the longest residual column, in the units of M. */
    double longest() {
      double max = 0;
      for (int i = 0; i < n; i++) {
        max = taken[i] ? max : Math.max(max, g[i]);
      }
      return scale * Math.sqrt(max);
    }

    /** The column that takes away most, -1 if none takes anything. */
    int best() {
      int best = -1;
      double most = 0;
      for (int i = 0; i < n; i++) {
        if (!taken[i] && g[i] > 0 && f[i] / g[i] > most) {
          most = f[i] / g[i];
          best = i;
        }
      }
      return best;
    }

    void remove(int column) {
      taken[column] = true;
      MatrixKernel kernel = MatrixKernel.BEST;
      double[] q = new double[m];
      for (int i = 0; i < m; i++) {
        q[i] = e.data[i * n + column];
      }
      double norm = Math.sqrt(kernel.dot(q, 0, q, 0, m));
      for (int i = 0; i < m; i++) {
        q[i] /= norm;
      }
      double[] w = new double[n]; // E^T q
      kernel.combine(q, 0, m, e.data, 0, n, w, 0, n);
      double[] ew = new double[m];
      for (int i = 0; i < m; i++) {
        ew[i] = kernel.dot(e.data, i * n, w, 0, n);
      }
      double[] gw = new double[n]; // E^T E w
      kernel.combine(ew, 0, m, e.data, 0, n, gw, 0, n);
      for (int i = 0; i < m; i++) {
        kernel.axpy(-q[i], w, 0, e.data, i * n, n);
        e.data[i * n + column] = 0;
      }
      double ww = kernel.dot(w, 0, w, 0, n);
      boolean lost = false;
      for (int i = 0; i < n; i++) {
        f[i] += w[i] * (w[i] * ww - 2 * gw[i]);
        g[i] -= w[i] * w[i];
        lost |= !taken[i] && (f[i] < LOST_DIGITS * exactF[i] || g[i] < LOST_DIGITS * exactG[i]);
      }
      if (lost) {
        recompute();
      }
    }
  }
}
