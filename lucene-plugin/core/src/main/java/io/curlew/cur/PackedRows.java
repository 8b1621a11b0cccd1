package io.curlew.cur;

import io.curlew.cur.fit.Tasks;
import io.curlew.simd.DotProduct;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Centred rows that are read once and multiplied many times, a few vectors at a time. They lie side
 * by side, in blocks that stay in the cache. Rows are added, never taken back. Memory: that of the
 * rows.
 */
final class PackedRows {

  private static final int ROWS_PER_BLOCK = 128;

  private final List<Block> blocks = new ArrayList<>();
  private int size;

  /** Rows from the first on. */
  private record Block(int first, int count, DotProduct.Vectors rows) {}

  void add(float[][] rows) {
    for (int from = 0; from < rows.length; from += ROWS_PER_BLOCK) {
      float[][] some = Arrays.copyOfRange(rows, from, Math.min(rows.length, from + ROWS_PER_BLOCK));
      blocks.add(new Block(size, some.length, DotProduct.create().pack(some)));
      size += some.length;
    }
  }

  /**
   * The products of rows with vectors, {@code [vectors][rows]}.
   *
   * @param from the first of the rows
   */
  float[][] products(int from, float[][] vectors, Tasks tasks) throws IOException {
    float[][] products = new float[vectors.length][size - from];
    if (vectors.length == 0) {
      return products;
    }
    int length = vectors[0].length;
    float[] flat = new float[vectors.length * length];
    for (int v = 0; v < vectors.length; v++) {
      System.arraycopy(vectors[v], 0, flat, v * length, length);
    }
    List<Callable<Boolean>> parts = new ArrayList<>();
    for (Block block : blocks) {
      if (block.first + block.count > from) {
        parts.add(
            () -> {
              multiply(block, from, flat, products);
              return true;
            });
      }
    }
    tasks.runAll(parts);
    return products;
  }

  private static void multiply(Block block, int from, float[] vectors, float[][] products) {
    int stride = block.rows.stride();
    float[] out = new float[products.length * stride];
    DotProduct.create().ofRows(vectors, products.length, block.rows, out);
    int start = Math.max(0, from - block.first);
    for (int v = 0; v < products.length; v++) {
      System.arraycopy(
          out, v * stride + start, products[v], block.first + start - from, block.count - start);
    }
  }
}
