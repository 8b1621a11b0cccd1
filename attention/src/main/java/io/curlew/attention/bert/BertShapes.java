package io.curlew.attention.bert;

import ai.djl.ndarray.types.Shape;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** The shapes of parameters by their Hugging Face names. */
final class BertShapes {
  private BertShapes() {}

  static Map<String, Shape> of(BertConfig config, Collection<String> names) {
    Map<String, Shape> shapes = new HashMap<>();
    names.forEach(name -> shapes.put(name, of(config, name)));
    return shapes;
  }

  private static Shape of(BertConfig config, String name) {
    int hidden = config.hiddenSize();
    int wide = config.intermediateSize();
    if (name.equals(BertNames.WORDS)) {
      return new Shape(config.vocabularySize(), hidden);
    }
    if (name.equals(BertNames.POSITIONS)) {
      return new Shape(config.positionRows(), hidden);
    }
    if (name.endsWith("token_type_embeddings.weight")) {
      return new Shape(config.tokenTypes(), hidden);
    }
    if (name.endsWith("conv.weight")) {
      return new Shape(config.heads(), config.convolutionKernel());
    }
    boolean norm = name.contains("LayerNorm");
    if (name.endsWith(".bias") || norm) {
      return new Shape(name.contains("intermediate") ? wide : hidden);
    }
    if (name.contains("intermediate")) {
      return new Shape(wide, hidden);
    }
    return name.contains("attention") || name.contains("pooler")
        ? new Shape(hidden, hidden)
        : new Shape(hidden, wide);
  }
}
