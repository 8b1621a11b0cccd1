package io.curlew.lowrank;

import org.ejml.data.DMatrixRMaj;

/**
 * A matrix that is known by what it does to others, so that it need not exist whole: a score matrix
 * whose entries are computed, rows of floats, a difference of two others. Implementations must be
 * linear and each other's transposes, and must not modify their arguments.
 */
public interface LinearOperator {

  /** The number of rows, m. */
  int rows();

  /** The number of columns, n. */
  int columns();

  /** A X, for X (n x p). */
  DMatrixRMaj multiply(DMatrixRMaj x);

  /** A^T Y, for Y (m x p). */
  DMatrixRMaj multiplyTransposed(DMatrixRMaj y);

  /** The transpose, seen through this operator. */
  default LinearOperator transposed() {
    return new TransposedOperator(this);
  }

  /** A matrix of finite numbers; it is not copied. Products run on the calling thread. */
  static LinearOperator of(DMatrixRMaj matrix) {
    return of(matrix, MatrixProduct.singleThreaded());
  }

  /** A matrix of finite numbers; it is not copied. Products run as {@code product} does. */
  static LinearOperator of(DMatrixRMaj matrix, MatrixProduct product) {
    Shapes.requireFinite(matrix);
    return new MatrixOperator(matrix, product);
  }
}
