package io.curlew.attention.nystrom;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.curlew.attention.array.TokenRows;

/** Pivots of the Cholesky factorisation of the Gram matrix of the Gaussian kernel. */
public final class PivotedQrLandmarks implements LandmarkSelector {
  public static final LandmarkSelector INSTANCE = new PivotedQrLandmarks();

  /** Below this a residual is rounding, and the row to be picked is not explained by less. */
  private static final double SMALLEST_RESIDUAL = 1e-6;

  private PivotedQrLandmarks() {}

  @Override
  public NDArray landmarks(NDArray rows, int count) {
    try (NDManager scratch = rows.getManager().newSubManager()) {
      NDArray fixed = TokenRows.all(scratch, rows).stopGradient();
      fixed.attach(scratch);
      NDArray picked = pivots(scratch, fixed, count).sort(2);
      NDArray landmarks = TokenRows.gather(TokenRows.all(scratch, rows), picked);
      landmarks.attach(rows.getManager());
      return landmarks;
    }
  }

  /** (batch, heads, count) positions, in the order they were picked. */
  private static NDArray pivots(NDManager scratch, NDArray rows, int count) {
    Shape shape = rows.getShape();
    int tokens = Math.toIntExact(shape.get(2));
    Shape line = new Shape(shape.get(0), shape.get(1), 1, tokens);
    NDArray squares = rows.square().sum(new int[] {3}, true).swapAxes(2, 3);
    double rate = 1 / Math.sqrt(shape.get(3));
    NDArray residual = scratch.ones(line, rows.getDataType());
    NDArray factor =
        scratch.zeros(new Shape(shape.get(0), shape.get(1), count, tokens), rows.getDataType());
    NDList pivots = new NDList();
    for (int step = 0; step < count; step++) {
      try (NDManager manager = scratch.newSubManager()) {
        NDArray residualHere = TokenRows.all(manager, residual);
        NDArray pivot = residualHere.argMax(3);
        NDArray isPivot = pivot.oneHot(tokens, rows.getDataType());
        NDArray row = isPivot.matMul(rows);
        NDArray products = row.matMul(rows.swapAxes(2, 3));
        NDArray square = row.square().sum(new int[] {3}, true);
        NDArray kernel = products.mul(2).sub(square).sub(squares).mul(rate / 2).exp();
        NDArray done = TokenRows.all(manager, factor);
        NDArray atPivot = done.mul(isPivot).sum(new int[] {3}, true).swapAxes(2, 3);
        NDArray scale =
            isPivot.mul(residualHere).sum(new int[] {3}, true).maximum(SMALLEST_RESIDUAL).sqrt();
        NDArray next = kernel.sub(atPivot.matMul(done)).div(scale);
        TokenRows.slice(manager, done, step, step + 1L).addi(next);
        // A pivot is out of the race, whatever rounding has left of its residual.
        residualHere.subi(next.square().add(isPivot.mul(2)));
        pivot.attach(scratch);
        pivots.add(pivot);
      }
    }
    return NDArrays.concat(pivots, 2);
  }
}
