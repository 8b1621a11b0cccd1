package io.curlew.attention.vq;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;

/**
 * Finds the nearest code by Euclidean distance. Not differentiated. The table of distances is made
 * for a block of vectors at a time and never has more than 4 million entries, or one row: so memory
 * does not grow with vectors times codes. Costs one product of the two matrices.
 */
public final class NearestCodes {
  private static final long BLOCK = 1 << 22;

  private NearestCodes() {}

  /**
   * The nearest code of each vector; of equally near ones any.
   *
   * @param vectors (n, size), n at least 1
   * @param codes (codes, size)
   * @return (n), int64, in the manager of {@code vectors}
   */
  public static NDArray search(NDArray vectors, NDArray codes) {
    if (vectors.getShape().dimension() != 2
        || codes.getShape().dimension() != 2
        || vectors.getShape().get(1) != codes.getShape().get(1)) {
      throw new IllegalArgumentException(
          "vectors and codes must have shapes (n, size) and (codes, size), got: "
              + vectors.getShape()
              + " and "
              + codes.getShape());
    }
    long n = vectors.getShape().get(0);
    long rows = Math.max(1, BLOCK / codes.getShape().get(0));
    NDManager target = vectors.getManager();
    try (NDManager scratch = target.newSubManager()) {
      NDArray fixed = codes.stopGradient();
      NDArray points = vectors.stopGradient();
      fixed.attach(scratch);
      points.attach(scratch);
      NDArray halfNorms = fixed.mul(fixed).sum(new int[] {1}).mul(0.5).reshape(1, -1);
      NDArray columns = fixed.transpose();
      NDList found = new NDList();
      for (long from = 0; from < n; from += rows) {
        try (NDManager block = scratch.newSubManager()) {
          NDArray some = points.get(new NDIndex("{}:{}", from, Math.min(n, from + rows)));
          some.attach(block);
          NDArray nearest = halfNorms.sub(some.matMul(columns)).argMin(1);
          nearest.attach(scratch);
          found.add(nearest);
        }
      }
      NDArray all = found.size() == 1 ? found.head() : ai.djl.ndarray.NDArrays.concat(found);
      all.attach(target);
      return all;
    }
  }
}
