package io.curlew.attention.vq;

/** What of a codebook is trained. */
public enum Codebook {
  /**
   * The codes themselves. Only codes that are the nearest of some vector move: most of a large
   * codebook can stay where it began and is never used.
   */
  CODES,

  /**
   * A linear map of frozen random codes, e_i = q_i W (SimVQ: Zhu et al., "Addressing representation
   * collapse in vector quantized models with one linear layer", 2024): every code moves on every
   * step.
   */
  LINEAR,

  /** The same with a diagonal W, one factor a dimension: {@code size} numbers are trained. */
  DIAGONAL
}
