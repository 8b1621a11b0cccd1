package io.curlew.attention.nystrom;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.curlew.attention.array.TokenRows;

/** Rows of largest leverage score. */
public final class LeverageLandmarks implements LandmarkSelector {
  public static final LandmarkSelector INSTANCE = new LeverageLandmarks();

  /** Keeps the Gram matrix regular where rows span less than the whole space. */
  private static final double RELATIVE_RIDGE = 1e-6;

  private LeverageLandmarks() {}

  @Override
  public NDArray landmarks(NDArray rows, int count) {
    NDArray fixed = rows.stopGradient().toType(DataType.FLOAT64, false);
    int size = Math.toIntExact(rows.getShape().get(3));
    NDArray gram = fixed.swapAxes(2, 3).matMul(fixed);
    NDArray squares = fixed.square().sum(new int[] {2, 3}, true);
    NDArray identity = rows.getManager().eye(size, size, 0, DataType.FLOAT64);
    // A ridge of zero for rows that are all zero would leave nothing to invert.
    NDArray ridge = squares.mul(RELATIVE_RIDGE / size).maximum(Double.MIN_NORMAL);
    NDArray inverse = gram.add(identity.mul(ridge)).inverse();
    NDArray scores = fixed.matMul(inverse).mul(fixed).sum(new int[] {3});
    NDArray picked = scores.topK(count, 2).get(1).sort(2);
    return TokenRows.gather(rows, picked);
  }
}
