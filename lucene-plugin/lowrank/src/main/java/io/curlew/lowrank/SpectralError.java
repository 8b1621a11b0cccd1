package io.curlew.lowrank;

import java.util.SplittableRandom;
import org.ejml.data.DMatrixRMaj;

/**
 * An estimate of |A - B|_2 by block power iteration on random probes: {@value #PROBES} Gaussian
 * vectors, two rounds of multiplying by the difference and its transpose, orthonormalised in
 * between. Costs four products of each operator with that many vectors.
 *
 * <p>What it guarantees: it is never larger than |A - B|_2 (up to rounding, about 1e-15 times the
 * norms of the factors), as it is the norm of the difference on a subspace. What it does not: it
 * may be smaller. For a difference with rapidly falling singular values it is exact to several
 * digits; in the worst case, a flat spectrum of n singular values, it is below half of the norm
 * with a probability that is negligible for {@value #PROBES} probes (Kuczynski, Wozniakowski 1992,
 * for one probe; Halko, Martinsson, Tropp 2011, section 4.3). The probes are independent of those
 * that found the approximation.
 */
public final class SpectralError {

  private static final int PROBES = 8;
  private static final long STREAM = 0x5eed_0f_e550L; // apart from the seeds that callers choose

  private SpectralError() {}

  /**
   * The estimate.
   *
   * @param a an operator (m x n)
   * @param b another of the same shape
   * @param seed of the probes
   */
  public static double estimate(LinearOperator a, LinearOperator b, long seed) {
    Shapes.requireEqual("rows of a", a.rows(), "rows of b", b.rows());
    Shapes.requireEqual("columns of a", a.columns(), "columns of b", b.columns());
    int probes = Math.min(PROBES, Math.min(a.rows(), a.columns()));
    if (probes == 0) {
      return 0;
    }
    DMatrixRMaj x = Sketch.gaussianMatrix(a.columns(), probes, new SplittableRandom(seed ^ STREAM));
    for (int round = 0; round < 2; round++) {
      DMatrixRMaj y = Matrices.subtract(a.multiply(x), b.multiply(x));
      DMatrixRMaj q = ThinQr.basis(y);
      x = Matrices.subtract(a.multiplyTransposed(q), b.multiplyTransposed(q));
      if (round == 0) {
        x = ThinQr.basis(x);
      }
    }
    return largestSingularValue(x);
  }

  private static double largestSingularValue(DMatrixRMaj x) {
    double scale = Matrices.maxAbs(x);
    if (scale == 0) {
      return 0;
    }
    DMatrixRMaj scaled = x.copy();
    for (int i = 0; i < scaled.data.length; i++) {
      scaled.data[i] /= scale;
    }
    DMatrixRMaj gram = MatrixProduct.singleThreaded().multiplyTransposedLeft(scaled, scaled);
    return scale * Math.sqrt(JacobiSvd.compute(gram, 1).singularValues()[0]);
  }
}
