package io.curlew.attention.nystrom;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.curlew.attention.array.Owned;
import io.curlew.attention.array.TokenRows;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

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
 *
 * <p>Rows go by blocks, each of which sees the keys of two blocks; what is near is a band in that
 * window. All blocks are computed at once, or as many as keep what is in between small.
 */
public final class NearField {
  private static final int SMALLEST_BLOCK = 32;
  private static final double SMALLEST_DENOMINATOR = 1e-3;

  /** Axis of the rows of a block. */
  private static final int ROWS = 3;

  /** Axis of the keys of a window. */
  private static final int KEYS = 4;

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
    NDList parts = new NDList();
    if (leading > 0) {
      parts.add(exact(0, leading));
    }
    parts.add(new Middle().output());
    if (end < tokens) {
      parts.add(exact(end, tokens));
    }
    return TokenRows.concat(parts);
  }

  private NDArray exact(long from, long to) {
    return ExactRows.attend(scratch, arrays.rows(scratch, from, to), null, dropout);
  }

  /**
   * The rows that are not protected, (batch, heads, blocks, rows of a block, headSize). Blocks of
   * keys and values begin {@code distance} tokens earlier, so that what is near to block {@code i}
   * of the rows is in their blocks {@code i} and {@code i + 1}, its window.
   */
  private final class Middle {
    private final int size = Math.max(SMALLEST_BLOCK, 2 * distance);
    private final long count = (end - leading + size - 1) / size;
    private final NDArray queries = blocks(arrays.queries(), 0, count);
    private final NDArray keys = blocks(arrays.keys(), distance, count + 1);
    private final NDArray values = blocks(arrays.values(), distance, count + 1);
    private final @Nullable NDArray protectedKeys = protectedRows(arrays.keys());
    private final @Nullable NDArray protectedValues = protectedRows(arrays.values());
    private final LandmarkAttention.Combined combined =
        far.combine(TokenRows.slice(scratch, arrays.values(), leading, end), dropout);
    private final NDArray sums = Objects.requireNonNull(combined.sums());
    private final NDArray logSums = Objects.requireNonNull(combined.logSums());

    /** Logarithm of what all keys add up to relative to the landmark keys. */
    private final NDArray ratio = logSums.sub(far.coreLogSums()).mean(new int[] {2}, true);

    NDArray output() {
      long landmarks = far.keyLandmarks().getShape().get(2);
      int rows = TokenRows.perBlock(arrays.queries(), Math.max(2L * size, landmarks));
      long atOnce = Math.max(1, rows / size);
      NDList parts = new NDList();
      for (long from = 0; from < count; from += atOnce) {
        try (NDManager manager = scratch.newSubManager()) {
          NDArray part = output(manager, from, Math.min(count, from + atOnce));
          part.attach(scratch);
          parts.add(part);
        }
      }
      return TokenRows.slice(scratch, TokenRows.concat(parts), 0, end - leading);
    }

    /** Rows of the blocks {@code from} to {@code to}, (batch, heads, rows, headSize). */
    private NDArray output(NDManager manager, long from, long to) {
      NDArray rows = TokenRows.slice(manager, queries, from, to);
      NDArray flat = flat(rows);
      NDArray scaled = Owned.mul(rows, far.scale());
      NDArray band = band(manager, from, to).toType(rows.getDataType(), false);
      NDArray nearLogits =
          scaled
              .matMul(window(TokenRows.slice(manager, keys, from, to + 1)).swapAxes(ROWS, KEYS))
              .add(band.sub(1).mul(-ExactRows.MASKED));
      NDArray leftLogits = flat.matMul(far.keyLandmarks().swapAxes(2, 3));
      NDArray logDenominator = LandmarkAttention.logSum(leftLogits).add(ratio);
      NDArray protectedLogits =
          protectedKeys == null ? null : flat(scaled).matMul(protectedKeys.swapAxes(2, 3));

      // Weights are probabilities, or are made smaller together where one would be above 1.
      NDArray unit =
          flat(nearLogits.stopGradient().max(new int[] {KEYS}, true))
              .maximum(logDenominator.stopGradient());
      if (protectedLogits != null) {
        unit = unit.maximum(protectedLogits.stopGradient().max(new int[] {3}, true));
      }
      NDArray near = nearLogits.sub(blocked(unit)).exp();
      NDArray left = leftLogits.softmax(3).mul(logDenominator.sub(unit).exp());

      NDArray right =
          flat(TokenRows.slice(manager, keys, from, to + 1))
              .matMul(far.queryLandmarks().swapAxes(2, 3))
              .sub(logSums.swapAxes(2, 3))
              .exp();
      NDArray twice =
          blocked(left.matMul(far.inverse()))
              .matMul(window(blocked(right)).swapAxes(ROWS, KEYS))
              .mul(band);
      NDArray farSums = left.matMul(sums).sub(flat(twice.sum(new int[] {KEYS}, true)));
      // A far field of negative weight is noise: such a row sees its neighbours only.
      NDArray usable = farSums.gt(0).toType(rows.getDataType(), false);
      NDArray inWindow = WeightDropout.apply(near, dropout).sub(twice.mul(blocked(usable)));
      NDArray numerator =
          flat(inWindow.matMul(window(TokenRows.slice(manager, values, from, to + 1))))
              .add(left.matMul(combined.values()).mul(usable));
      NDArray denominator = flat(near.sum(new int[] {KEYS}, true)).add(farSums.mul(usable));
      if (protectedLogits != null) {
        NDArray weights = protectedLogits.sub(unit).exp();
        numerator =
            numerator.add(
                WeightDropout.apply(weights, dropout)
                    .matMul(Objects.requireNonNull(protectedValues)));
        denominator = denominator.add(weights.sum(new int[] {3}, true));
      }
      return numerator.div(Owned.maximum(denominator, SMALLEST_DENOMINATOR));
    }

    /** Unprotected rows from {@code before} zeros on, filled up with zeros. */
    private NDArray blocks(NDArray array, long before, long blocks) {
      NDArray rows = TokenRows.slice(scratch, array, leading, end);
      return blocked(TokenRows.pad(rows, before, blocks * size - before - (end - leading)));
    }

    private @Nullable NDArray protectedRows(NDArray array) {
      NDList parts = new NDList();
      if (leading > 0) {
        parts.add(TokenRows.slice(scratch, array, 0, leading));
      }
      if (end < tokens) {
        parts.add(TokenRows.slice(scratch, array, end, tokens));
      }
      return parts.isEmpty() ? null : TokenRows.concat(parts);
    }

    private NDArray blocked(NDArray rows) {
      Shape shape = rows.getShape();
      return rows.reshape(shape.get(0), shape.get(1), -1, size, shape.get(3));
    }

    private static NDArray flat(NDArray blocks) {
      Shape shape = blocks.getShape();
      return blocks.reshape(shape.get(0), shape.get(1), -1, shape.get(4));
    }

    /** Each block with the next. */
    private static NDArray window(NDArray blocks) {
      NDManager manager = blocks.getManager();
      long last = blocks.getShape().get(2) - 1;
      return NDArrays.concat(
          new NDList(
              TokenRows.slice(manager, blocks, 0, last),
              TokenRows.slice(manager, blocks, 1, last + 1)),
          ROWS);
    }

    /** (blocks, rows, window): whether a row is near to a key that there is. */
    private NDArray band(NDManager manager, long from, long to) {
      NDArray row = manager.arange(size).expandDims(1);
      NDArray place = manager.arange(2 * size).expandDims(0);
      NDArray ahead = place.sub(row);
      NDArray key =
          manager
              .arange((int) from, (int) to)
              .mul(size)
              .sub(distance)
              .reshape(-1, 1, 1)
              .add(place.expandDims(0));
      NDArray real = key.gte(0).logicalAnd(key.lt(end - leading));
      return ahead.gte(0).logicalAnd(ahead.lte(2 * distance)).expandDims(0).logicalAnd(real);
    }
  }
}
