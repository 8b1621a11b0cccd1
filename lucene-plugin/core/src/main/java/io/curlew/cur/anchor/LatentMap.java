package io.curlew.cur.anchor;

/**
 * From a query's dense vector to a latent query before any call: u = [e, 1] L R, learned on the
 * anchors' own scores. Immutable.
 *
 * @param left {@code [vector dimension + 1][rank]}
 * @param right {@code [rank][dimensions of a row]}
 */
public record LatentMap(float[][] left, float[][] right) {

  /** The name of the learned latent query among features. */
  public static final String FEATURE = "latent";

  public LatentMap {
    if (left.length < 2 || left[0].length != right.length) {
      throw new IllegalArgumentException(
          "latent map must have as many columns left as rows right, got: "
              + (left.length == 0 ? 0 : left[0].length)
              + " and "
              + right.length);
    }
  }

  /** The length of a query's vector. */
  public int vectorDimension() {
    return left.length - 1;
  }

  /**
   * The weights of the latent query, for centred rows. Costs {@code rank * (vector + row)}.
   *
   * @throws IllegalArgumentException if the vector has another length than those learned from
   */
  public float[] weights(float[] vector) {
    if (vector.length != vectorDimension()) {
      throw new IllegalArgumentException(
          "query vector must have " + vectorDimension() + " values, got: " + vector.length);
    }
    double[] middle = new double[right.length];
    for (int i = 0; i < left.length; i++) {
      double value = i < vector.length ? vector[i] : 1;
      for (int r = 0; r < middle.length; r++) {
        middle[r] += value * left[i][r];
      }
    }
    float[] weights = new float[right[0].length];
    for (int a = 0; a < weights.length; a++) {
      double sum = 0;
      for (int r = 0; r < middle.length; r++) {
        sum += middle[r] * right[r][a];
      }
      weights[a] = (float) sum;
    }
    return weights;
  }
}
