package io.curlew.attention.vq;

/** How the gradient gets past the choice of a code, which has none. */
public enum Estimator {
  /** The gradient at the code is taken for that at the vector (Bengio et al., 2013). */
  STRAIGHT_THROUGH,

  /**
   * The code is taken for a rotation and scaling of the vector, both held constant, and the
   * gradient is turned back with it (Fifty et al., "Restructuring vector quantization with the
   * rotation trick", 2024). A vector that is 0 or opposite to its code, or has 0 for a code, has no
   * such rotation and is passed straight through.
   */
  ROTATION
}
