package io.curlew.lowrank;

import org.ejml.data.DMatrixRMaj;

/** A selection that has factored the whole matrix when it has chosen. */
interface FactoringSelection extends ColumnSelection {

  /** The factorisation whose pivots are the chosen columns. */
  PivotedQr factor(DMatrixRMaj m, Truncation truncation);

  @Override
  default int[] select(DMatrixRMaj m, Truncation truncation) {
    return factor(m, truncation).pivots();
  }
}
