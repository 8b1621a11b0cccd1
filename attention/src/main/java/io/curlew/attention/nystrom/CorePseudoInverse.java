package io.curlew.attention.nystrom;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.curlew.attention.array.Owned;

/**
 * The approximate pseudo-inverse of small matrices, each by itself: {@code Z <- Z (13 I - AZ (15 I
 * - AZ (7 I - AZ))) / 4} (Razavi et al., 2014). With {@code r = 1 - lambda(AZ)} a step makes {@code
 * r' = (3 r^3 + r^4) / 4}, and a small lambda grows by 3.25: six steps are a soft filter that drops
 * directions below about 1e-3, not an inverse. Costs four products of m x m matrices a step.
 *
 * @param iterations most steps
 * @param tolerance residual {@code |AZA - A| / |A|} at which a matrix stops; 0 if it does not
 * @param ridge Tikhonov parameter of an inverse without iteration; 0 if it is found by iteration
 * @param wholeBatch whether the iteration starts from the largest column sum of the whole batch
 *     instead of each matrix's own
 */
public record CorePseudoInverse(
    int iterations, double tolerance, double ridge, boolean wholeBatch) {
  /** More steps than this resolve directions that float32 has lost by rounding. */
  private static final int FLOAT32_STEPS = 8;

  /** What the core is to be computed in: a small part of the whole, so it can afford float64. */
  DataType precision(DataType type) {
    boolean sharp = ridge > 0 || tolerance > 0 || iterations > FLOAT32_STEPS;
    return sharp ? DataType.FLOAT64 : type;
  }

  /**
   * Inverts.
   *
   * @param core (batch, heads, m, m), float32 or float64, rows summing to 1
   * @return an array of the same shape in the same manager
   */
  NDArray of(NDArray core) {
    return ridge > 0 ? regularised(core) : iterate(core);
  }

  /** {@code |AZA - A| / |A|} in the Frobenius norm: (batch, heads, 1, 1). */
  public static NDArray residual(NDArray core, NDArray coreTimesInverse) {
    NDArray difference = coreTimesInverse.matMul(core).sub(core);
    return norm(difference).div(norm(core));
  }

  private static NDArray norm(NDArray matrices) {
    return matrices.square().sum(new int[] {2, 3}, true).sqrt();
  }

  private NDArray regularised(NDArray core) {
    NDArray transposed = core.swapAxes(2, 3);
    NDArray gram = transposed.matMul(core).add(identity(core).mul(ridge));
    return gram.inverse().matMul(transposed);
  }

  private NDArray iterate(NDArray core) {
    Step step = Step.of(core);
    NDArray inverse = core.swapAxes(2, 3).div(scale(core));
    if (tolerance > 0) {
      return iterateToTolerance(core, inverse, step);
    }
    for (int done = 0; done < iterations; done++) {
      try (NDArray before = inverse;
          NDArray product = core.matMul(before)) {
        inverse = step.next(product, before);
      }
    }
    return inverse;
  }

  private NDArray scale(NDArray core) {
    NDArray columnSums = core.sum(new int[] {2}, true);
    return wholeBatch ? columnSums.max() : columnSums.max(new int[] {3}, true);
  }

  /** What every step of the iteration needs: multiples of the identity, and 1/4. */
  private record Step(NDArray seven, NDArray fifteen, NDArray thirteen, NDArray quarter) {
    static Step of(NDArray core) {
      NDArray identity = identity(core);
      return new Step(
          identity.mul(7), identity.mul(15), identity.mul(13), Owned.scalar(core, 0.25));
    }

    /**
     * The iterate after {@code inverse}, where {@code product} is the core times that. What is in
     * between goes at once, so that a step stays in the cache.
     */
    NDArray next(NDArray product, NDArray inverse) {
      try (NDArray first = seven.sub(product);
          NDArray second = product.matMul(first);
          NDArray third = fifteen.sub(second);
          NDArray fourth = product.matMul(third);
          NDArray fifth = thirteen.sub(fourth);
          NDArray scaled = inverse.mul(quarter)) {
        return scaled.matMul(fifth);
      }
    }
  }

  /**
   * Keeps, for each matrix, the best iterate until it is good enough or the next is worse. So a
   * matrix stops where it would have stopped alone, and none is carried on into overflow.
   */
  private NDArray iterateToTolerance(NDArray core, NDArray start, Step step) {
    NDArray best = start;
    NDArray product = core.matMul(best);
    NDArray bestResidual = residual(core, product).stopGradient();
    for (int done = 0; done < iterations; done++) {
      NDArray next = step.next(product, best);
      NDArray nextProduct = core.matMul(next);
      NDArray nextResidual = residual(core, nextProduct).stopGradient();
      NDArray better = nextResidual.lt(bestResidual).logicalAnd(bestResidual.gt(tolerance));
      if (better.none().getBoolean()) {
        break;
      }
      NDArray mask = better.broadcast(core.getShape());
      best = NDArrays.where(mask, next, best);
      product = NDArrays.where(mask, nextProduct, product);
      bestResidual = NDArrays.where(better, nextResidual, bestResidual);
    }
    return best;
  }

  private static NDArray identity(NDArray core) {
    Shape shape = core.getShape();
    int size = Math.toIntExact(shape.get(2));
    return core.getManager().eye(size, size, 0, core.getDataType());
  }
}
