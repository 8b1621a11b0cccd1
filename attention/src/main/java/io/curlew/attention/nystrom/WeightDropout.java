package io.curlew.attention.nystrom;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.norm.Dropout;

/** Dropout of attention weights. */
final class WeightDropout {
  private WeightDropout() {}

  /** Drops at a rate; a rate of 0, as in evaluation, leaves the array itself. */
  static NDArray apply(NDArray weights, float rate) {
    return rate == 0 ? weights : Dropout.dropout(weights, rate, true).singletonOrThrow();
  }
}
