package io.curlew.lowrank;

import org.ejml.data.DMatrixRMaj;

/** The transpose of an operator. */
record TransposedOperator(LinearOperator original) implements LinearOperator {

  @Override
  public int rows() {
    return original.columns();
  }

  @Override
  public int columns() {
    return original.rows();
  }

  @Override
  public DMatrixRMaj multiply(DMatrixRMaj x) {
    return original.multiplyTransposed(x);
  }

  @Override
  public DMatrixRMaj multiplyTransposed(DMatrixRMaj y) {
    return original.multiply(y);
  }

  @Override
  public LinearOperator transposed() {
    return original;
  }
}
