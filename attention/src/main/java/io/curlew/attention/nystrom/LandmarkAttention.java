package io.curlew.attention.nystrom;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.curlew.attention.array.Owned;
import io.curlew.attention.array.TokenRows;
import org.jspecify.annotations.Nullable;

/**
 * Nystrom attention of sequences that have no padding (or, in the compatible form, do as if): the
 * three kernels of Xiong et al. (2021) over blocks of tokens. All arrays live in one scratch
 * manager, which the caller closes.
 */
public final class LandmarkAttention {
  /** A row of the plain form whose sum is below this fraction of what it should be is noise. */
  private static final double SMALLEST_ROW_SUM = 0.1;

  private final NDManager scratch;
  private final NystromForm form;
  private final int leading;
  private final int trailing;
  private final double scale;
  private final NDArray queries;
  private final NDArray keys;
  private final @Nullable NDArray keyMask;

  /** Landmarks of the queries and of the keys, each scaled so that a plain product has logits. */
  private final NDArray queryLandmarks;

  private final NDArray keyLandmarks;
  private final NDArray coreLogits;
  private final NDArray core;
  private final NDArray inverse;

  /**
   * @param queries (batch, heads, tokens, headSize)
   * @param keyMask as {@link KeyProduct} takes it
   * @param leading first tokens that are landmarks of their own
   * @param trailing last tokens that are landmarks of their own
   * @param landmarks number of landmarks beside those, less than there are tokens
   */
  public LandmarkAttention(
      NDManager scratch,
      NDArray queries,
      NDArray keys,
      @Nullable NDArray keyMask,
      int leading,
      int trailing,
      int landmarks,
      NystromForm form) {
    this.scratch = scratch;
    this.form = form;
    this.queries = TokenRows.all(scratch, queries);
    this.keys = TokenRows.all(scratch, keys);
    this.keyMask = keyMask;
    this.leading = leading;
    this.trailing = trailing;
    this.scale = 1 / Math.sqrt(queries.getShape().get(3));
    this.queryLandmarks = Owned.mul(landmarksOf(this.queries, landmarks), scale);
    NDArray unscaled = landmarksOf(this.keys, landmarks);
    this.keyLandmarks = Owned.mul(unscaled, scale);
    DataType precise = form.pseudoInverse().precision(queryLandmarks.getDataType());
    this.coreLogits =
        queryLandmarks
            .toType(precise, false)
            .matMul(unscaled.toType(precise, false).swapAxes(2, 3));
    this.core = coreLogits.softmax(3);
    this.inverse = form.pseudoInverse().of(core).toType(queryLandmarks.getDataType(), false);
  }

  private NDArray landmarksOf(NDArray rows, int count) {
    long tokens = rows.getShape().get(2);
    if (leading + trailing == 0) {
      return form.selector().landmarks(rows, count);
    }
    NDList parts = new NDList();
    NDArray middle = TokenRows.slice(scratch, rows, leading, tokens - trailing);
    if (leading > 0) {
      parts.add(TokenRows.slice(scratch, rows, 0, leading));
    }
    parts.add(form.selector().landmarks(middle, count));
    if (trailing > 0) {
      parts.add(TokenRows.slice(scratch, rows, tokens - trailing, tokens));
    }
    return TokenRows.concat(parts);
  }

  /** Attention output of every row: (batch, heads, tokens, headSize). */
  public NDArray output(NDArray values, float dropout) {
    Combined combined = combine(values, dropout);
    NDList blocks = new NDList();
    long tokens = queries.getShape().get(2);
    Shape shape = queryLandmarks.getShape();
    int block = TokenRows.perBlock(queries, Math.max(shape.get(2), shape.get(3)));
    for (long from = 0; from < tokens; from += block) {
      try (NDManager manager = scratch.newSubManager()) {
        NDArray rows =
            rows(TokenRows.slice(manager, queries, from, Math.min(tokens, from + block)), combined);
        rows.attach(scratch);
        blocks.add(rows);
      }
    }
    return TokenRows.concat(blocks);
  }

  /** Attention output of one row: (batch, heads, 1, headSize). */
  public NDArray row(NDArray values, long row) {
    return rows(TokenRows.slice(scratch, queries, row, row + 1), combine(values, 0));
  }

  private NDArray rows(NDArray block, Combined combined) {
    NDArray logits = block.matMul(keyLandmarks.swapAxes(2, 3));
    NDArray left = logits.softmax(3);
    logits.close(); // its memory is in the cache for what comes next
    NDArray rows = left.matMul(combined.values);
    if (combined.sums == null) {
      return rows;
    }
    NDArray sums = left.matMul(combined.sums);
    return rows.div(orOne(sums));
  }

  static NDArray orOne(NDArray sums) {
    NDArray small = sums.lt(SMALLEST_ROW_SUM).toType(sums.getDataType(), false);
    return sums.add(small.mul(sums.neg().add(1)));
  }

  /** What stands to the right of the left kernel. */
  Combined combine(NDArray values, float dropout) {
    boolean nearField = form.nearField() > 0;
    KeyProduct product =
        KeyProduct.compute(scratch, queryLandmarks, keys, values, keyMask, dropout, nearField);
    boolean plain = !nearField && !form.renormalised();
    NDArray sums = plain ? null : inverse.sum(new int[] {3}, true);
    return new Combined(inverse.matMul(product.product()), sums, product.logSums());
  }

  /** Logarithms of the core's softmax denominators, (batch, heads, landmarks, 1). */
  NDArray coreLogSums() {
    return logSum(coreLogits).toType(queries.getDataType(), false);
  }

  static NDArray logSum(NDArray logits) {
    NDArray maxima = logits.stopGradient().max(new int[] {3}, true);
    return logits.sub(maxima).exp().sum(new int[] {3}, true).log().add(maxima);
  }

  NDArray queryLandmarks() {
    return queryLandmarks;
  }

  NDArray keyLandmarks() {
    return keyLandmarks;
  }

  double scale() {
    return scale;
  }

  public NDArray core() {
    return core.toType(queries.getDataType(), false);
  }

  public NDArray inverse() {
    return inverse;
  }

  /** The left kernel, (batch, heads, tokens, landmarks). */
  public NDArray left() {
    return queries.matMul(keyLandmarks.swapAxes(2, 3)).softmax(3);
  }

  /** The right kernel, (batch, heads, landmarks, tokens). */
  public NDArray right() {
    NDArray logits = queryLandmarks.matMul(keys.swapAxes(2, 3));
    return (keyMask == null ? logits : logits.add(keyMask)).softmax(3);
  }

  /**
   * What the rows of the left kernel are multiplied with.
   *
   * @param values (batch, heads, landmarks, headSize)
   * @param sums (batch, heads, landmarks, 1) for the sums of rows, or null if they are not asked
   *     for
   * @param logSums of the landmark queries over all keys, (batch, heads, landmarks, 1), or null
   *     without a near field
   */
  record Combined(NDArray values, @Nullable NDArray sums, @Nullable NDArray logSums) {}
}
