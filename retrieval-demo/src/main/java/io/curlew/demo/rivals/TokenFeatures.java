package io.curlew.demo.rivals;

import io.curlew.attention.scoring.EncodedText;
import io.curlew.simd.DotProduct;
import java.util.Arrays;

/**
 * What a network with one hidden layer makes of a token's vector, relu(layernorm(W x + b)), of
 * which MaxSim of a token with any document is nearly a linear function. Not safe for use by
 * several threads.
 */
final class TokenFeatures {

  private static final double EPSILON = 1e-5; // of the variance

  private final DotProduct products = DotProduct.create();
  private final float[] weights; // W, [features][dimension]
  private final float[] bias;
  private final float[] gain;
  private final float[] offset;

  /**
   * A network.
   *
   * @param weights W, row by row: {@code [features][dimension]}
   * @param bias b
   * @param gain of the layer normalisation
   * @param offset of the layer normalisation
   */
  TokenFeatures(float[] weights, float[] bias, float[] gain, float[] offset) {
    this.weights = weights;
    this.bias = bias;
    this.gain = gain;
    this.offset = offset;
  }

  /** The number of features. */
  int size() {
    return bias.length;
  }

  /** The features of a token. */
  float[] of(float[] token) {
    float[] values = new float[size()];
    products.ofRows(weights, values.length, token, values);
    double mean = 0;
    for (int i = 0; i < values.length; i++) {
      values[i] += bias[i];
      mean += values[i] / (double) values.length;
    }
    double variance = 0;
    for (float value : values) {
      variance += (value - mean) * (value - mean) / values.length;
    }
    double scale = 1 / Math.sqrt(variance + EPSILON);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.max(0, gain[i] * (values[i] - mean) * scale + offset[i]);
    }
    return values;
  }

  /** The mean features of a text's tokens, without the special ones, and a 1 behind them. */
  float[] mean(EncodedText text) {
    double[] sum = new double[size()];
    float[][] tokens = contentTokens(text);
    for (float[] token : tokens) {
      float[] features = of(token);
      for (int i = 0; i < sum.length; i++) {
        sum[i] += features[i];
      }
    }
    float[] mean = new float[sum.length + 1];
    for (int i = 0; i < sum.length; i++) {
      mean[i] = (float) (sum[i] / tokens.length);
    }
    mean[sum.length] = 1;
    return mean;
  }

  /** The vectors of a text's tokens, without the special ones. */
  static float[][] contentTokens(EncodedText text) {
    float[] all = text.embeddings();
    float[][] tokens = new float[text.contentTokens()][];
    int size = 0;
    for (int t = 0; t < text.tokens(); t++) {
      if (!text.isSpecial(t)) {
        tokens[size++] = Arrays.copyOfRange(all, t * text.dimension(), (t + 1) * text.dimension());
      }
    }
    return tokens;
  }
}
