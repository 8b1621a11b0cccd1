package io.curlew.attention.scoring;

import io.curlew.attention.bert.BertEncoder;

/**
 * Who reads texts that a model does not take whole: an encoder that gives vectors of the same kind,
 * such as one that was taught by it.
 *
 * @param encoder with weights, which must not change; whoever opened it closes it
 * @param above texts of more tokens than this go to it, the others to the model
 */
public record LongTexts(BertEncoder encoder, int above) {
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
}
