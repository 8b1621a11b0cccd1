package io.curlew.attention.scoring;

import ai.djl.ndarray.NDManager;
import io.curlew.attention.bert.BertEncoder;

/**
 * Who reads texts that a model does not take whole: an encoder that gives vectors of the same kind,
 * such as one that was taught by it.
 *
 * @param encoder with weights, which must not change
 * @param above texts of more tokens than this go to it, the others to the model
 * @param weights the manager of the weights, closed with this
 */
public record LongTexts(BertEncoder encoder, int above, NDManager weights)
    implements AutoCloseable {
  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if {@code above} is not between 1 and the encoder's longest
   *     sequence
   */
  public LongTexts {
    int longest = encoder.config().maxPositions();
    if (above < 1 || above > longest) {
      throw new IllegalArgumentException(
          "above must be between 1 and the encoder's longest sequence ("
              + longest
              + "), got: "
              + above);
    }
  }

  @Override
  public void close() {
    weights.close();
  }
}
