package io.curlew.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import org.jspecify.annotations.Nullable;

/**
 * Nystrom attention as published (Xiong et al., 2021) in the plain operations of the engine, to
 * compare with: queries and keys scaled once, views for transposes and segments, three softmax
 * kernels, products from the right. Temporary arrays go as soon as they would in Python.
 */
final class PublishedNystrom {
  private static final double MASKED = -1e9;

  private PublishedNystrom() {}

  /**
   * Attends.
   *
   * @param q (batch, heads, tokens, headSize), tokens a multiple of landmarks; k and v alike
   * @param keyMask what to add to the logits of each key, (batch, 1, 1, tokens), or null
   * @param weight of the convolution of the values, (heads, kernel), or null
   */
  static NDArray attend(
      NDArray q,
      NDArray k,
      NDArray v,
      @Nullable NDArray keyMask,
      @Nullable NDArray weight,
      int landmarks,
      int steps,
      Initialisation initialisation) {
    double scale = 1 / Math.sqrt(Math.sqrt(q.getShape().get(3)));
    try (NDArray queries = q.mul(scale);
        NDArray keys = k.mul(scale);
        NDArray queryMeans = means(queries, landmarks);
        NDArray keyMeans = means(keys, landmarks);
        NDArray meansTransposed = keyMeans.swapAxes(2, 3);
        NDArray keysTransposed = keys.swapAxes(2, 3);
        NDArray left = softmax(queries.matMul(meansTransposed), null);
        NDArray core = softmax(queryMeans.matMul(meansTransposed), null);
        NDArray right = softmax(queryMeans.matMul(keysTransposed), keyMask);
        NDArray inverse = inverse(core, steps, initialisation);
        NDArray context = right.matMul(v);
        NDArray combined = inverse.matMul(context)) {
      NDArray output = left.matMul(combined);
      if (weight != null) {
        try (NDArray skip = convolve(v, weight)) {
          output.addi(skip);
        }
      }
      return output;
    }
  }

  /** What is added to the logits of padding after {@code valid} tokens. */
  static NDArray keyMask(NDManager manager, int batch, int tokens, int valid) {
    float[] mask = new float[batch * tokens];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = i % tokens < valid ? 0 : (float) MASKED;
    }
    return manager.create(mask, new Shape(batch, 1, 1, tokens)).duplicate();
  }

  private static NDArray means(NDArray rows, int count) {
    Shape shape = rows.getShape();
    try (NDArray segments =
        rows.reshape(shape.get(0), shape.get(1), count, shape.get(2) / count, shape.get(3))) {
      return segments.mean(new int[] {3});
    }
  }

  private static NDArray softmax(NDArray logits, @Nullable NDArray mask) {
    try (logits) {
      if (mask == null) {
        return logits.softmax(3);
      }
      try (NDArray masked = logits.add(mask)) {
        return masked.softmax(3);
      }
    }
  }

  private static NDArray inverse(NDArray core, int steps, Initialisation initialisation) {
    int size = Math.toIntExact(core.getShape().get(2));
    try (NDArray identity = core.getManager().eye(size);
        NDArray seven = identity.mul(7);
        NDArray fifteen = identity.mul(15);
        NDArray thirteen = identity.mul(13)) {
      NDArray inverse = start(core, initialisation);
      for (int step = 0; step < steps; step++) {
        try (NDArray before = inverse;
            NDArray product = core.matMul(before);
            NDArray first = seven.sub(product);
            NDArray second = product.matMul(first);
            NDArray third = fifteen.sub(second);
            NDArray fourth = product.matMul(third);
            NDArray fifth = thirteen.sub(fourth);
            NDArray quarter = before.mul(0.25)) {
          inverse = quarter.matMul(fifth);
        }
      }
      return inverse;
    }
  }

  private static NDArray start(NDArray core, Initialisation initialisation) {
    try (NDArray sums = core.sum(new int[] {2}, true);
        NDArray largest =
            initialisation == Initialisation.WHOLE_BATCH
                ? sums.max()
                : sums.max(new int[] {3}, true);
        NDArray transposed = core.swapAxes(2, 3)) {
      return transposed.div(largest);
    }
  }

  private static NDArray convolve(NDArray values, NDArray weight) {
    Shape shape = weight.getShape();
    try (NDArray filter = weight.reshape(shape.get(0), 1, shape.get(1), 1)) {
      return Conv2d.conv2d(
              values,
              filter,
              null,
              new Shape(1, 1),
              new Shape(shape.get(1) / 2, 0),
              new Shape(1, 1),
              Math.toIntExact(shape.get(0)))
          .singletonOrThrow();
    }
  }
}
