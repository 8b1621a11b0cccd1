package io.curlew.attention.bert;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The sizes and constants of a BERT encoder. Immutable: each {@code with} method returns a changed
 * copy.
 *
 * @param vocabularySize number of token ids
 * @param hiddenSize values per token
 * @param layers number of layers
 * @param heads attention heads, which divide the hidden size
 * @param intermediateSize values between the two linear maps of a layer
 * @param maxPositions longest sequence
 * @param positionOffset row of the position table that the first token takes
 * @param tokenTypes number of segment ids
 * @param layerNormEpsilon added to variances
 * @param activation between the two linear maps of a layer
 * @param pooler whether there is a linear map and tanh on the first token
 * @param convolutionKernel length of the convolution in attention, odd; 0 for none
 * @param dropout rate in training, for hidden values and attention weights
 */
public record BertConfig(
    int vocabularySize,
    int hiddenSize,
    int layers,
    int heads,
    int intermediateSize,
    int maxPositions,
    int positionOffset,
    int tokenTypes,
    float layerNormEpsilon,
    GeluForm activation,
    boolean pooler,
    int convolutionKernel,
    float dropout) {

  private static final int BERT_VOCABULARY = 30522;
  private static final int BERT_POSITIONS = 512;
  private static final float BERT_EPSILON = 1e-12f;
  private static final float BERT_DROPOUT = 0.1f;
  private static final int NYSTROMFORMER_OFFSET = 2;

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException naming the one that is out of range
   */
  public BertConfig {
    requireAtLeast(1, "vocabularySize", vocabularySize);
    requireAtLeast(1, "layers", layers);
    requireAtLeast(1, "heads", heads);
    requireAtLeast(1, "intermediateSize", intermediateSize);
    requireAtLeast(1, "maxPositions", maxPositions);
    requireAtLeast(0, "positionOffset", positionOffset);
    requireAtLeast(1, "tokenTypes", tokenTypes);
    if (hiddenSize < 1 || hiddenSize % heads != 0) {
      throw new IllegalArgumentException(
          "hiddenSize must be a multiple of the " + heads + " heads, got: " + hiddenSize);
    }
    if (!(layerNormEpsilon > 0)) {
      throw new IllegalArgumentException(
          "layerNormEpsilon must be above 0, got: " + layerNormEpsilon);
    }
    if (!(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException("dropout must be in [0, 1), got: " + dropout);
    }
  }

  private static void requireAtLeast(int least, String name, int value) {
    if (value < least) {
      throw new IllegalArgumentException(name + " must be at least " + least + ", got: " + value);
    }
  }

  /** all-MiniLM-L6-v2 and other encoders of 6 layers of 384. */
  public static BertConfig miniLmL6() {
    return small(6);
  }

  /** bge-small-en-v1.5, e5-small-v2 and other encoders of 12 layers of 384. */
  public static BertConfig bgeSmall() {
    return small(12);
  }

  private static BertConfig small(int layers) {
    return new BertConfig(
        BERT_VOCABULARY,
        384,
        layers,
        12,
        1536,
        BERT_POSITIONS,
        0,
        2,
        BERT_EPSILON,
        GeluForm.ERF,
        false,
        0,
        BERT_DROPOUT);
  }

  /**
   * Reads a Hugging Face {@code config.json} of a BERT or Nystromformer model. Whether there is a
   * pooler it does not say: none is assumed.
   *
   * @throws IOException naming the key, if one is missing or out of range, or the model is of
   *     another type
   */
  public static BertConfig read(InputStream json) throws IOException {
    try {
      JsonElement root =
          JsonParser.parseReader(new InputStreamReader(json, StandardCharsets.UTF_8));
      return parse(root.getAsJsonObject());
    } catch (JsonParseException
        | IllegalStateException
        | IllegalArgumentException
        | UnsupportedOperationException e) {
      throw new IOException("config.json must describe a BERT or Nystromformer encoder", e);
    }
  }

  private static BertConfig parse(JsonObject json) {
    String type = json.has("model_type") ? json.get("model_type").getAsString() : "bert";
    boolean nystromformer = type.equals("nystromformer");
    if (!nystromformer && !type.equals("bert")) {
      throw new IllegalArgumentException("model_type must be bert or nystromformer, got: " + type);
    }
    @Nullable JsonElement kernel = json.get("conv_kernel_size");
    return new BertConfig(
        integer(json, "vocab_size"),
        integer(json, "hidden_size"),
        integer(json, "num_hidden_layers"),
        integer(json, "num_attention_heads"),
        integer(json, "intermediate_size"),
        integer(json, "max_position_embeddings"),
        nystromformer ? NYSTROMFORMER_OFFSET : 0,
        integer(json, "type_vocab_size"),
        element(json, "layer_norm_eps").getAsFloat(),
        GeluForm.named(element(json, "hidden_act").getAsString()),
        false,
        kernel == null || kernel.isJsonNull() ? 0 : kernel.getAsInt(),
        element(json, "hidden_dropout_prob").getAsFloat());
  }

  private static int integer(JsonObject json, String key) {
    return element(json, key).getAsInt();
  }

  private static JsonElement element(JsonObject json, String key) {
    JsonElement element = json.get(key);
    if (element == null) {
      throw new IllegalArgumentException("config.json must have the key " + key + ", got: none");
    }
    return element;
  }

  /** Returns a copy for sequences of up to the given length. */
  public BertConfig withMaxPositions(int positions) {
    return copy(layers, positions, pooler, dropout);
  }

  /** Returns a copy with or without a pooler. */
  public BertConfig withPooler(boolean on) {
    return copy(layers, maxPositions, on, dropout);
  }

  /** Returns a copy with another rate of dropout. */
  public BertConfig withDropout(float rate) {
    return copy(layers, maxPositions, pooler, rate);
  }

  /** Returns a copy with another number of layers. */
  public BertConfig withLayers(int count) {
    return copy(count, maxPositions, pooler, dropout);
  }

  private BertConfig copy(int newLayers, int positions, boolean withPooler, float rate) {
    return new BertConfig(
        vocabularySize,
        hiddenSize,
        newLayers,
        heads,
        intermediateSize,
        positions,
        positionOffset,
        tokenTypes,
        layerNormEpsilon,
        activation,
        withPooler,
        convolutionKernel,
        rate);
  }

  /** Rows of the position table. */
  int positionRows() {
    return Math.addExact(maxPositions, positionOffset);
  }
}
