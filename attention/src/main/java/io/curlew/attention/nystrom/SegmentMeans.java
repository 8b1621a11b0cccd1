package io.curlew.attention.nystrom;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.curlew.attention.array.TokenRows;

/** Means of consecutive rows. */
public final class SegmentMeans implements LandmarkSelector {
  public static final LandmarkSelector INSTANCE = new SegmentMeans();

  private SegmentMeans() {}

  @Override
  public NDArray landmarks(NDArray rows, int count) {
    long tokens = rows.getShape().get(2);
    int shorter = Math.toIntExact(tokens / count);
    int longer = Math.toIntExact(tokens % count);
    if (longer == 0) {
      return means(rows, count, shorter);
    }
    long border = (long) (count - longer) * shorter;
    NDArray first = TokenRows.slice(rows.getManager(), rows, 0, border);
    NDArray last = TokenRows.slice(rows.getManager(), rows, border, tokens);
    return means(first, count - longer, shorter).concat(means(last, longer, shorter + 1), 2);
  }

  private static NDArray means(NDArray rows, int count, int length) {
    Shape shape = rows.getShape();
    return length == 1
        ? rows
        : rows.reshape(shape.get(0), shape.get(1), count, length, shape.get(3)).mean(new int[] {3});
  }
}
