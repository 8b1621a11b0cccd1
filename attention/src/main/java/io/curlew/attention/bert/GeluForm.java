package io.curlew.attention.bert;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import io.curlew.attention.array.Owned;

/** The two functions that go by the name of GELU (Hendrycks and Gimpel, 2016). */
public enum GeluForm {
  /** {@code x Phi(x)}: BERT, MiniLM, bge. */
  ERF {
    @Override
    NDArray apply(NDArray x) {
      return Activation.gelu(x);
    }
  },
  /** Its approximation by a hyperbolic tangent, called {@code gelu_new}: Nystromformer. */
  TANH {
    @Override
    NDArray apply(NDArray x) {
      NDArray inner = Owned.mul(x.square(), CUBIC).add(1).mul(x);
      NDArray gate = Owned.mul(inner, Math.sqrt(2 / Math.PI)).tanh().add(1);
      return Owned.mul(gate.mul(x), 0.5);
    }
  };

  private static final double CUBIC = 0.044715;

  abstract NDArray apply(NDArray x);

  /** The form that a Hugging Face configuration calls by this name. */
  static GeluForm named(String name) {
    return switch (name) {
      case "gelu" -> ERF;
      case "gelu_new", "gelu_pytorch_tanh", "gelu_fast" -> TANH;
      default ->
          throw new IllegalArgumentException("hidden_act must be gelu or gelu_new, got: " + name);
    };
  }
}
