package io.curlew.lowrank;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.NormOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;

/** Matrices that low-rank methods are known to stumble over, and an oracle for them. */
final class TestMatrices {

  private TestMatrices() {}

  /** By name; the random ones differ from run to run with the seed that is printed. */
  static Map<String, DMatrixRMaj> all(Random random) {
    Map<String, DMatrixRMaj> all = new LinkedHashMap<>();
    all.put("hilbert", hilbert(30));
    all.put("kahan", kahan(24, 0.2));
    all.put("geometric", spectrum(40, 32, geometric(32, 0.5), random));
    all.put("geometric, wide", spectrum(25, 60, geometric(25, 0.7), random));
    all.put("low rank and noise", lowRankAndNoise(50, 35, 6, 1e-4, random));
    all.put("low rank", lowRankAndNoise(30, 45, 5, 0, random));
    all.put("duplicates", duplicates(28, 40, random));
    all.put("zero", new DMatrixRMaj(12, 9));
    all.put("one row", gaussian(1, 17, random));
    all.put("one column", gaussian(17, 1, random));
    all.put("one entry", new DMatrixRMaj(new double[][] {{-3}}));
    all.put("zero columns among others", someZeroColumns(20, 14, random));
    all.put("tiny", scaled(gaussian(15, 11, random), 1e-250));
    all.put("huge", scaled(gaussian(11, 15, random), 1e250));
    all.put("no rows", new DMatrixRMaj(0, 6));
    all.put("no columns", new DMatrixRMaj(6, 0));
    return all;
  }

  static DMatrixRMaj hilbert(int n) {
    DMatrixRMaj m = new DMatrixRMaj(n, n);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        m.set(i, j, 1.0 / (i + j + 1));
      }
    }
    return m;
  }

  /** diag(s^i) (I - c strictly upper ones), s = sqrt(1 - c^2). */
  static DMatrixRMaj kahan(int n, double c) {
    DMatrixRMaj m = new DMatrixRMaj(n, n);
    double s = Math.sqrt(1 - c * c);
    for (int i = 0; i < n; i++) {
      for (int j = i; j < n; j++) {
        m.set(i, j, Math.pow(s, i) * (i == j ? 1 : -c));
      }
    }
    return m;
  }

  static double[] geometric(int n, double ratio) {
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      values[i] = Math.pow(ratio, i);
    }
    return values;
  }

  /** Random singular vectors with given singular values. */
  static DMatrixRMaj spectrum(int m, int n, double[] sigma, Random random) {
    DMatrixRMaj u = orthonormal(m, sigma.length, random);
    DMatrixRMaj v = orthonormal(n, sigma.length, random);
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < sigma.length; j++) {
        u.set(i, j, u.get(i, j) * sigma[j]);
      }
    }
    DMatrixRMaj product = new DMatrixRMaj(m, n);
    CommonOps_DDRM.multTransB(u, v, product);
    return product;
  }

  static DMatrixRMaj orthonormal(int m, int r, Random random) {
    DMatrixRMaj q = new DMatrixRMaj(m, r);
    var qr = DecompositionFactory_DDRM.qr(m, r);
    qr.decompose(gaussian(m, r, random));
    return qr.getQ(q, true);
  }

  static DMatrixRMaj lowRankAndNoise(int m, int n, int rank, double noise, Random random) {
    DMatrixRMaj product = multiply(gaussian(m, rank, random), gaussian(rank, n, random));
    DMatrixRMaj g = gaussian(m, n, random);
    CommonOps_DDRM.addEquals(product, noise, g);
    return product;
  }

  /** Every column comes five times. */
  private static DMatrixRMaj duplicates(int m, int n, Random random) {
    DMatrixRMaj g = gaussian(m, n, random);
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        g.set(i, j, g.get(i, j - j % 5));
      }
    }
    return g;
  }

  private static DMatrixRMaj someZeroColumns(int m, int n, Random random) {
    DMatrixRMaj g = gaussian(m, n, random);
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j += 2) {
        g.set(i, j, 0);
      }
    }
    return g;
  }

  static DMatrixRMaj gaussian(int m, int n, Random random) {
    DMatrixRMaj g = new DMatrixRMaj(m, n);
    for (int i = 0; i < g.data.length; i++) {
      g.data[i] = random.nextGaussian();
    }
    return g;
  }

  private static DMatrixRMaj scaled(DMatrixRMaj m, double factor) {
    CommonOps_DDRM.scale(factor, m);
    return m;
  }

  static DMatrixRMaj multiply(DMatrixRMaj a, DMatrixRMaj b) {
    DMatrixRMaj c = new DMatrixRMaj(a.numRows, b.numCols);
    if (a.numCols > 0 && c.getNumElements() > 0) {
      CommonOps_DDRM.mult(a, b, c);
    }
    return c;
  }

  static DMatrixRMaj transpose(DMatrixRMaj m) {
    DMatrixRMaj t = new DMatrixRMaj(m.numCols, m.numRows);
    for (int i = 0; i < m.numRows; i++) {
      for (int j = 0; j < m.numCols; j++) {
        t.set(j, i, m.get(i, j));
      }
    }
    return t;
  }

  static DMatrixRMaj minus(DMatrixRMaj a, DMatrixRMaj b) {
    DMatrixRMaj c = new DMatrixRMaj(a.numRows, a.numCols);
    for (int i = 0; i < c.data.length; i++) {
      c.data[i] = a.data[i] - b.data[i];
    }
    return c;
  }

  /** The largest magnitude. */
  static double max(DMatrixRMaj m) {
    double max = 0;
    for (int i = 0; i < m.getNumElements(); i++) {
      max = Math.max(max, Math.abs(m.data[i]));
    }
    return max;
  }

  static double frobenius(DMatrixRMaj m) {
    return m.getNumElements() == 0 ? 0 : NormOps_DDRM.normF(m);
  }

  /** All singular values by EJML, falling; independent of the code under test. */
  static double[] singularValues(DMatrixRMaj m) {
    int k = Math.min(m.numRows, m.numCols);
    double scale = max(m);
    if (scale == 0) {
      return new double[k];
    }
    DMatrixRMaj unit = m.copy();
    for (int i = 0; i < unit.data.length; i++) {
      unit.data[i] /= scale;
    }
    SingularValueDecomposition_F64<DMatrixRMaj> svd =
        DecompositionFactory_DDRM.svd(m.numRows, m.numCols, false, false, true);
    svd.decompose(unit);
    double[] sigma = java.util.Arrays.copyOf(svd.getSingularValues(), k);
    java.util.Arrays.sort(sigma);
    double[] falling = new double[k];
    for (int i = 0; i < k; i++) {
      falling[i] = scale * sigma[k - 1 - i];
    }
    return falling;
  }

  /** The 2-norm. */
  static double spectral(DMatrixRMaj m) {
    return m.getNumElements() == 0 ? 0 : singularValues(m)[0];
  }

  /** The Frobenius norm of the singular values from {@code rank} on. */
  static double tail(double[] sigma, int rank) {
    double max = sigma.length > rank ? sigma[rank] : 0;
    double sum = 0;
    for (int i = rank; i < sigma.length && max > 0; i++) {
      sum += (sigma[i] / max) * (sigma[i] / max);
    }
    return max * Math.sqrt(sum);
  }
}
