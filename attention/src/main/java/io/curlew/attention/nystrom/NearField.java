package io.curlew.attention.nystrom;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.curlew.attention.array.Owned;
import io.curlew.attention.array.TokenRows;
import java.util.Objects;

/**
 * Exact attention between tokens that are near to each other, and between protected tokens and all;
 * Nystrom's approximation of the rest, normalised together. With {@code e_ij} the exponential of a
 * logit, {@code D_i} the estimated sum of row i over the tokens that are not protected, and {@code
 * P} Nystrom's approximation of attention among those, row i is
 *
 * <pre>(sum_near e_ij / D_i v_j + sum_far P_ij v_j) / (sum_near e_ij / D_i + sum_far P_ij)</pre>
 *
 * <p>The far sums are those over all tokens less those within the band. {@code D_i} is the row's
 * sum over the landmark keys, times the geometric mean over landmark queries of what all keys add
 * up to relative to the landmark keys.
 *
 * <p>Protected tokens are no landmarks here: as tokens that all others attend to, such as [SEP],
 * they are unlike any other row, and spoil the core.
 */
public final class NearField {
  private static final int SMALLEST_BLOCK = 64;
  private static final double SMALLEST_DENOMINATOR = 1e-3;

  private final NDManager scratch;
  private final AttentionArrays arrays;
  private final int distance;
  private final int leading;
  private final long end;
  private final long tokens;
  private final float dropout;
  private final LandmarkAttention far;

  /**
   * @param arrays without padding
   * @param leading first tokens that are protected
   * @param trailing last tokens that are protected
   * @param landmarks less than there are tokens that are not
   */
  public NearField(
      NDManager scratch,
      AttentionArrays arrays,
      int leading,
      int trailing,
      int landmarks,
      NystromForm form,
      float dropout) {
    this.scratch = scratch;
    this.arrays = arrays;
    this.distance = form.nearField();
    this.leading = leading;
    this.tokens = arrays.shape().get(2);
    this.end = tokens - trailing;
    this.dropout = dropout;
    this.far =
        new LandmarkAttention(
            scratch,
            TokenRows.slice(scratch, arrays.queries(), leading, end),
            TokenRows.slice(scratch, arrays.keys(), leading, end),
            null,
            0,
            0,
            landmarks,
            form);
  }

  public NDArray output() {
    NDArray middle = TokenRows.slice(scratch, arrays.values(), leading, end);
    LandmarkAttention.Combined combined = far.combine(middle, dropout);
    NDArray logSums = Objects.requireNonNull(combined.logSums());
    NDArray ratio = logSums.sub(far.coreLogSums()).mean(new int[] {2}, true);
    NDList blocks = new NDList();
    if (leading > 0) {
      blocks.add(exact(0, leading));
    }
    int block = Math.max(SMALLEST_BLOCK, 2 * distance);
    for (long from = leading; from < end; from += block) {
      try (NDManager manager = scratch.newSubManager()) {
        NDArray output =
            new Block(manager, from, Math.min(end, from + block)).output(combined, ratio);
        output.attach(scratch);
        blocks.add(output);
      }
    }
    if (end < tokens) {
      blocks.add(exact(end, tokens));
    }
    return TokenRows.concat(blocks);
  }

  private NDArray exact(long from, long to) {
    return ExactRows.attend(scratch, arrays.rows(scratch, from, to), null, dropout);
  }

  /** Query rows {@code from} to {@code to}, and the window of keys that are near to any of them. */
  private final class Block {
    private final NDManager manager;
    private final long from;
    private final long to;
    private final long firstKey;
    private final long endKey;

    Block(NDManager manager, long from, long to) {
      this.manager = manager;
      this.from = from;
      this.to = to;
      this.firstKey = Math.max(leading, from - distance);
      this.endKey = Math.min(end, to + distance);
    }

    NDArray output(LandmarkAttention.Combined combined, NDArray ratio) {
      NDArray rows = TokenRows.slice(manager, arrays.queries(), from, to);
      NDArray band = band(rows.getDataType());
      NDArray nearLogits =
          Owned.mul(rows.matMul(near(arrays.keys()).swapAxes(2, 3)), far.scale())
              .add(withProtected(band).sub(1).mul(-ExactRows.MASKED));
      NDArray leftLogits = rows.matMul(far.keyLandmarks().swapAxes(2, 3));
      NDArray logDenominator = LandmarkAttention.logSum(leftLogits).add(ratio);
      // Weights are probabilities, or are made smaller together where one would be above 1.
      NDArray unit =
          nearLogits.stopGradient().max(new int[] {3}, true).maximum(logDenominator.stopGradient());
      NDArray near = nearLogits.sub(unit).exp();
      NDArray left = leftLogits.softmax(3).mul(logDenominator.sub(unit).exp());

      NDArray window = TokenRows.slice(manager, arrays.keys(), firstKey, endKey).swapAxes(2, 3);
      NDArray right =
          TokenRows.all(manager, far.queryLandmarks())
              .matMul(window)
              .sub(Objects.requireNonNull(combined.logSums()))
              .exp();
      NDArray twice = left.matMul(far.inverse()).matMul(right).mul(band);
      NDArray farSums =
          left.matMul(Objects.requireNonNull(combined.sums())).sub(twice.sum(new int[] {3}, true));
      NDArray farValues =
          left.matMul(combined.values())
              .sub(twice.matMul(TokenRows.slice(manager, arrays.values(), firstKey, endKey)));
      // A far field of negative weight is noise: such a row sees its neighbours only.
      NDArray usable = farSums.gt(0).toType(rows.getDataType(), false);
      NDArray numerator =
          farValues
              .mul(usable)
              .add(WeightDropout.apply(near, dropout).matMul(near(arrays.values())));
      NDArray denominator = farSums.mul(usable).add(near.sum(new int[] {3}, true));
      return numerator.div(Owned.maximum(denominator, SMALLEST_DENOMINATOR));
    }

    /** Rows of the first protected tokens, the window and the last protected tokens. */
    private NDArray near(NDArray array) {
      NDList parts = new NDList();
      if (leading > 0) {
        parts.add(TokenRows.slice(manager, array, 0, leading));
      }
      parts.add(TokenRows.slice(manager, array, firstKey, endKey));
      if (end < tokens) {
        parts.add(TokenRows.slice(manager, array, end, tokens));
      }
      return TokenRows.concat(parts);
    }

    /** (rows, window): 1 where they are near, else 0. */
    private NDArray band(DataType type) {
      NDArray rows = manager.arange((int) from, (int) to).expandDims(1);
      NDArray window = manager.arange((int) firstKey, (int) endKey).expandDims(0);
      return rows.sub(window).abs().lte(distance).toType(type, false);
    }

    /** (rows, protected tokens and window). */
    private NDArray withProtected(NDArray band) {
      if (leading == 0 && end == tokens) {
        return band;
      }
      NDArray first = manager.ones(new Shape(to - from, leading), band.getDataType());
      NDArray last = manager.ones(new Shape(to - from, tokens - end), band.getDataType());
      return NDArrays.concat(new NDList(first, band, last), 1);
    }
  }
}
