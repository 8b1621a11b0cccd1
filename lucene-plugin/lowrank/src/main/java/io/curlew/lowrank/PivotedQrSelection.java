package io.curlew.lowrank;

import org.ejml.data.DMatrixRMaj;

/** The pivots of a truncated pivoted QR. */
enum PivotedQrSelection implements FactoringSelection {
  INSTANCE;

  @Override
  public PivotedQr factor(DMatrixRMaj m, Truncation truncation) {
    return PivotedQr.compute(m, truncation);
  }
}
