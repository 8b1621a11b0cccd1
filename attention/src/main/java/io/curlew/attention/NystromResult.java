package io.curlew.attention;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * Attention with an account of how it was computed.
 *
 * @param output (batch, heads, tokens, headSize)
 * @param sequences one report for each sequence of the batch
 */
public record NystromResult(NDArray output, List<SequenceReport> sequences) {
  /** Copies the list. */
  public NystromResult {
    sequences = List.copyOf(sequences);
  }
}
