package io.curlew.attention.vq;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.curlew.attention.array.Owned;

/** Codes in place of vectors, with a gradient to the vectors. */
final class GradientPath {
  /** Below this share of its largest value 2, 1 + cos of the angle means opposite. */
  private static final double OPPOSITE = 1e-6;

  private static final int[] ROW = {1};

  private GradientPath() {}

  /**
   * The codes, to be differentiated as functions of the vectors.
   *
   * @param vectors (n, size)
   * @param codes (n, size), those of the vectors; no gradient reaches them
   */
  static NDArray through(NDArray vectors, NDArray codes, Estimator estimator) {
    NDArray fixed = codes.stopGradient();
    return estimator == Estimator.ROTATION
        ? rotated(vectors, fixed)
        : straightThrough(vectors, fixed);
  }

  private static NDArray straightThrough(NDArray vectors, NDArray codes) {
    return vectors.add(codes.sub(vectors.stopGradient()));
  }

  /** |q|/|z| (z + 2 (z . z~) q~ - (z . (q~ + z~)) (q~ + z~) / (1 + q~ . z~)), for each row z. */
  private static NDArray rotated(NDArray vectors, NDArray codes) {
    NDArray fixed = vectors.stopGradient();
    NDArray norms = norms(fixed);
    NDArray codeNorms = norms(codes);
    NDArray from = fixed.div(positive(norms)); // z~
    NDArray to = codes.div(positive(codeNorms)); // q~
    NDArray sum = from.add(to);
    NDArray cosine = from.mul(to).sum(ROW, true).add(1);
    NDArray possible =
        asNumbers(cosine.gt(OPPOSITE), fixed)
            .mul(asNumbers(norms.gt(0), fixed))
            .mul(asNumbers(codeNorms.gt(0), fixed));
    NDArray scale = codeNorms.div(positive(norms)).mul(possible);
    NDArray forth = Owned.mul(to, 2).mul(scale);
    NDArray back = sum.div(Owned.maximum(cosine, OPPOSITE)).mul(scale);
    NDArray turned =
        vectors
            .mul(scale)
            .add(vectors.mul(from).sum(ROW, true).mul(forth))
            .sub(vectors.mul(sum).sum(ROW, true).mul(back));
    NDArray others = asNumbers(possible.eq(0), fixed);
    return turned.add(straightThrough(vectors, codes).mul(others));
  }

  private static NDArray norms(NDArray rows) {
    return rows.mul(rows).sum(ROW, true).sqrt();
  }

  /** Norms to divide by: 1 in place of 0. */
  private static NDArray positive(NDArray norms) {
    return norms.add(asNumbers(norms.eq(0), norms));
  }

  private static NDArray asNumbers(NDArray conditions, NDArray like) {
    DataType type = like.getDataType();
    return conditions.toType(type, false);
  }
}
