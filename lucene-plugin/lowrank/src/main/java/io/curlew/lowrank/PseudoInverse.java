package io.curlew.lowrank;

import org.ejml.data.DMatrixRMaj;

/**
 * The Moore-Penrose pseudo-inverse A+ = V S^-1 U^T in factored form, through the singular value
 * decomposition. A+ M is the least-squares solution of A B = M of smallest norm.
 *
 * <p>Singular values of at most a relative tolerance times the largest are taken to be 0. It is not
 * computed from A^T A, which would square the condition number. Cost: that of {@link
 * TruncatedSvd#compute}; each {@link #multiply} with p columns (m + n) r p multiplications. For a
 * single well-conditioned system a QR factorisation is cheaper.
 */
public final class PseudoInverse {

  private final TruncatedSvd svd;
  private final DMatrixRMaj left; // V S^-1
  private final DMatrixRMaj right; // U^T

  private PseudoInverse(TruncatedSvd svd) {
    this.svd = svd;
    double[] inverse = svd.singularValues();
    for (int i = 0; i < inverse.length; i++) {
      inverse[i] = 1 / inverse[i];
    }
    left = Matrices.scaleColumns(svd.v(), inverse);
    right = Matrices.transpose(svd.u());
  }

  /**
   * Computes the factors.
   *
   * @param a any matrix (m x n) of finite numbers, also of rank 0 or without rows or columns
   * @param relativeTolerance at least 0 and below 1; 1e-12 suits data without noise, the noise
   *     level over the signal's those with
   */
  public static PseudoInverse compute(DMatrixRMaj a, double relativeTolerance) {
    return new PseudoInverse(TruncatedSvd.compute(a, Truncation.relative(relativeTolerance)));
  }

  /** A+ B (n x p) for B (m x p). */
  public DMatrixRMaj multiply(DMatrixRMaj b) {
    return new ProductOperator(left, right).multiply(b);
  }

  /** A+ itself (n x m); multiplying by the factors is cheaper and more accurate. */
  public DMatrixRMaj toMatrix() {
    return MatrixProduct.singleThreaded().multiply(left, right);
  }

  /** The number of singular values above the tolerance. */
  public int rank() {
    return svd.rank();
  }

  /** The largest singular value over the smallest above the tolerance; 0 if there is none. */
  public double conditionNumber() {
    return svd.conditionNumber();
  }

  /** {@link TruncatedSvd#effectiveRank} of the singular values above the tolerance. */
  public double effectiveRank() {
    return svd.effectiveRank();
  }
}
