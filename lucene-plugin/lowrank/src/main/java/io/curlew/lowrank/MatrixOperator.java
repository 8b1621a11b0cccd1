package io.curlew.lowrank;

import org.ejml.data.DMatrixRMaj;

/** A matrix as an operator. */
record MatrixOperator(DMatrixRMaj matrix, MatrixProduct product) implements LinearOperator {

  @Override
  public int rows() {
    return matrix.numRows;
  }

  @Override
  public int columns() {
    return matrix.numCols;
  }

  @Override
  public DMatrixRMaj multiply(DMatrixRMaj x) {
    return product.multiply(matrix, x);
  }

  @Override
  public DMatrixRMaj multiplyTransposed(DMatrixRMaj y) {
    return product.multiplyTransposedLeft(matrix, y);
  }
}
