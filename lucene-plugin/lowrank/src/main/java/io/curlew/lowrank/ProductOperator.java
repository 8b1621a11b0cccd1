package io.curlew.lowrank;

import org.ejml.data.DMatrixRMaj;

/** A product of a tall and a wide matrix, never formed. */
record ProductOperator(DMatrixRMaj left, DMatrixRMaj right) implements LinearOperator {

  @Override
  public int rows() {
    return left.numRows;
  }

  @Override
  public int columns() {
    return right.numCols;
  }

  @Override
  public DMatrixRMaj multiply(DMatrixRMaj x) {
    MatrixProduct product = MatrixProduct.singleThreaded();
    return product.multiply(left, product.multiply(right, x));
  }

  @Override
  public DMatrixRMaj multiplyTransposed(DMatrixRMaj y) {
    MatrixProduct product = MatrixProduct.singleThreaded();
    return product.multiplyTransposedLeft(right, product.multiplyTransposedLeft(left, y));
  }
}
