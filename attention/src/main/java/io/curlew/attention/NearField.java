package io.curlew.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.Objects;

/**
 * Exact attention between tokens that are near to each other, Nystrom's approximation of the
 * exponential kernel for the rest, normalised together: {@code (sum_near e_ij v_j + sum_far k_ij
 * v_j) / (sum_near e_ij + sum_far k_ij)}. The far sums are those over all tokens less the
 * approximation within the band. Weights are in units of the row's denominator over the landmark
 * keys, or of its largest near weight if that is more.
 */
final class NearField {
  private static final int SMALLEST_BLOCK = 64;

  private final DenseNystrom far;
  private final int distance;
  private final float dropout;

  NearField(DenseNystrom far, int distance, float dropout) {
    this.far = far;
    this.distance = distance;
    this.dropout = dropout;
  }

  NDArray output(NDArray values, DenseNystrom.Combined combined) {
    NDArray coreLogSums = far.coreLogSums();
    NDList blocks = new NDList();
    long tokens = far.queries().getShape().get(2);
    int block = Math.max(SMALLEST_BLOCK, 2 * distance);
    for (long from = 0; from < tokens; from += block) {
      try (NDManager manager = far.scratch().newSubManager()) {
        Block rows = new Block(manager, from, Math.min(tokens, from + block), tokens);
        NDArray output = rows.output(values, combined, coreLogSums);
        output.attach(far.scratch());
        blocks.add(output);
      }
    }
    return Tokens.concat(blocks);
  }

  /** Query rows {@code from} to {@code to}, and the keys that are near to any of them. */
  private final class Block {
    private final NDManager manager;
    private final long from;
    private final long to;
    private final long firstKey;
    private final long endKey;

    Block(NDManager manager, long from, long to, long tokens) {
      this.manager = manager;
      this.from = from;
      this.to = to;
      this.firstKey = Math.max(0, from - distance);
      this.endKey = Math.min(tokens, to + distance);
    }

    NDArray output(NDArray values, DenseNystrom.Combined combined, NDArray coreLogSums) {
      NDArray queries = Tokens.slice(manager, far.queries(), from, to);
      NDArray nearKeys = Tokens.slice(manager, far.keys(), firstKey, endKey).swapAxes(2, 3);
      NDArray nearValues = Tokens.slice(manager, values, firstKey, endKey);
      NDArray band = band(queries.getDataType());

      NDArray leftLogits = queries.matMul(far.keyLandmarks().swapAxes(2, 3));
      NDArray leftLogSums = DenseNystrom.logSum(leftLogits);
      NDArray nearLogits =
          queries.matMul(nearKeys).mul(far.scale()).add(band.sub(1).mul(-ExactAttention.MASKED));
      NDArray unit =
          nearLogits.stopGradient().max(new int[] {3}, true).maximum(leftLogSums.stopGradient());
      NDArray near = nearLogits.sub(unit).exp();
      NDArray left = leftLogits.sub(unit).exp();

      NDArray right =
          DenseNystrom.boundedExp(
              Tokens.all(manager, far.queryLandmarks()).matMul(nearKeys).sub(coreLogSums));
      NDArray approximatedNear = left.matMul(far.inverse()).matMul(right).mul(band);
      NDArray sums = Objects.requireNonNull(combined.sums());
      NDArray farSums = left.matMul(sums).sub(approximatedNear.sum(new int[] {3}, true));
      NDArray farValues = left.matMul(combined.values()).sub(approximatedNear.matMul(nearValues));
      // A far field of negative weight is noise: such a row sees its neighbours only.
      NDArray usable = farSums.gt(0).toType(queries.getDataType(), false);
      NDArray numerator =
          farValues.mul(usable).add(Dropping.apply(near, dropout).matMul(nearValues));
      NDArray denominator = farSums.mul(usable).add(near.sum(new int[] {3}, true));
      // The landmarks are keys or means of keys, so all keys together weigh no less.
      return numerator.div(denominator.maximum(leftLogSums.sub(unit).exp()));
    }

    /** (rows, keys): 1 where they are near, else 0. */
    private NDArray band(DataType type) {
      NDArray rows = manager.arange((int) from, (int) to).expandDims(1);
      NDArray keys = manager.arange((int) firstKey, (int) endKey).expandDims(0);
      return rows.sub(keys).abs().lte(distance).toType(type, false);
    }
  }
}
