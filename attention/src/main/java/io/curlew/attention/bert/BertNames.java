package io.curlew.attention.bert;

import ai.djl.nn.Parameter;
import io.curlew.attention.Projection;
import io.curlew.attention.SelfAttention;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What Hugging Face calls the parts of an encoder. */
final class BertNames {
  static final String POSITIONS = "embeddings.position_embeddings.weight";
  static final String WORDS = "embeddings.word_embeddings.weight";

  private BertNames() {}

  static Map<String, Projection> projections(List<BertLayer> layers, @Nullable Projection pooler) {
    Map<String, Projection> named = new LinkedHashMap<>();
    for (int i = 0; i < layers.size(); i++) {
      BertLayer layer = layers.get(i);
      SelfAttention attention = layer.attention();
      String prefix = "encoder.layer." + i;
      named.put(prefix + ".attention.self.query", attention.query());
      named.put(prefix + ".attention.self.key", attention.key());
      named.put(prefix + ".attention.self.value", attention.value());
      named.put(prefix + ".attention.output.dense", attention.output());
      named.put(prefix + ".intermediate.dense", layer.intermediate());
      named.put(prefix + ".output.dense", layer.output());
    }
    if (pooler != null) {
      named.put("pooler.dense", pooler);
    }
    return Collections.unmodifiableMap(named);
  }

  static Map<String, Parameter> parameters(
      BertEmbeddings embeddings, List<BertLayer> layers, @Nullable Projection pooler) {
    Map<String, Parameter> named = new LinkedHashMap<>();
    named.put(WORDS, embeddings.words());
    named.put(POSITIONS, embeddings.positions());
    named.put("embeddings.token_type_embeddings.weight", embeddings.types());
    put(named, "embeddings.LayerNorm", embeddings.normalisation());
    for (int i = 0; i < layers.size(); i++) {
      BertLayer layer = layers.get(i);
      String prefix = "encoder.layer." + i;
      put(named, prefix + ".attention.output.LayerNorm", layer.attentionNorm());
      put(named, prefix + ".output.LayerNorm", layer.outputNorm());
      @Nullable Parameter convolution = layer.attention().convolution();
      if (convolution != null) {
        named.put(prefix + ".attention.self.conv.weight", convolution);
      }
    }
    projections(layers, pooler)
        .forEach(
            (name, projection) -> {
              named.put(name + ".weight", projection.weight());
              named.put(name + ".bias", projection.bias());
            });
    return Collections.unmodifiableMap(named);
  }

  private static void put(
      Map<String, Parameter> named, String name, LayerNormalisation normalisation) {
    named.put(name + ".weight", normalisation.weight());
    named.put(name + ".bias", normalisation.bias());
  }
}
