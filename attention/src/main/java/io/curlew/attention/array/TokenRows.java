package io.curlew.attention.array;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;

/**
 * Rows of arrays (batch, heads, tokens, x). Results are views where they can be, and belong to the
 * manager that is named: a plain {@code get} would leave them to that of the array, which may be
 * the caller's or a parameter's.
 */
public final class TokenRows {
  private static final int AXIS = 2;

  /** glibc maps and unmaps arrays over 32 MiB on every call, and each page of them faults. */
  private static final long BLOCK_BYTES = 16L << 20;

  private static final int SMALLEST_BLOCK = 64;

  private TokenRows() {}

  public static NDArray slice(NDManager manager, NDArray array, long from, long to) {
    return array.get(manager, new NDIndex().addAllDim(AXIS).addSliceDim(from, to));
  }

  /** The array under another manager. */
  public static NDArray all(NDManager manager, NDArray array) {
    return slice(manager, array, 0, array.getShape().get(AXIS));
  }

  /** TokenRows {@code from} to {@code to} of sequences {@code first} to {@code last}. */
  public static NDArray slice(
      NDManager manager, NDArray array, long first, long last, long from, long to) {
    return array.get(
        manager, new NDIndex().addSliceDim(first, last).addAllDim().addSliceDim(from, to));
  }

  /** Heads {@code from} to {@code to} of sequences {@code first} to {@code last}. */
  public static NDArray heads(
      NDManager manager, NDArray array, long first, long last, long from, long to) {
    return array.get(manager, new NDIndex().addSliceDim(first, last).addSliceDim(from, to));
  }

  /**
   * Rows at positions.
   *
   * @param positions (batch, heads, count), int64
   */
  public static NDArray gather(NDArray rows, NDArray positions) {
    long size = rows.getShape().get(3);
    return rows.gather(positions.expandDims(3).repeat(3, size), AXIS);
  }

  /** {@code array} with rows of zeros before and after it. */
  public static NDArray pad(NDArray array, long before, long after) {
    if (before == 0 && after == 0) {
      return array;
    }
    NDList parts = new NDList();
    if (before > 0) {
      parts.add(zeros(array, before));
    }
    parts.add(array);
    if (after > 0) {
      parts.add(zeros(array, after));
    }
    return concat(parts);
  }

  private static NDArray zeros(NDArray like, long tokens) {
    Shape shape = like.getShape();
    return like.getManager()
        .zeros(new Shape(shape.get(0), shape.get(1), tokens, shape.get(3)), like.getDataType());
  }

  public static NDArray concat(NDList parts) {
    return parts.size() == 1 ? parts.head() : NDArrays.concat(parts, AXIS);
  }

  /**
   * How many tokens to take at a time so that an array of {@code width} values each stays small.
   */
  public static int perBlock(NDArray array, long width) {
    Shape shape = array.getShape();
    long bytes = shape.get(0) * shape.get(1) * width * array.getDataType().getNumOfBytes();
    return Math.toIntExact(Math.max(SMALLEST_BLOCK, BLOCK_BYTES / Math.max(1, bytes)));
  }

  /** How many matrices of {@code values} values each to take at a time so that all stay small. */
  public static int matricesPerBlock(NDArray array, long values) {
    long bytes = values * array.getDataType().getNumOfBytes();
    return Math.toIntExact(Math.max(1, BLOCK_BYTES / bytes));
  }
}
