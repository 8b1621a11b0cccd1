package io.curlew.attention.bert;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.curlew.attention.Projection;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Pretrained weights, to be put into a {@link BertEncoder}. Names are Hugging Face's, with or
 * without a prefix such as {@code bert.}; the old {@code gamma} and {@code beta} are understood.
 *
 * <pre>{@code
 * BertEncoder encoder = new BertEncoder(BertConfig.miniLmL6());
 * Pretrained.onnx(stream).load(encoder, manager);
 * }</pre>
 */
public final class Pretrained {
  private static final Pattern OLD_NORM = Pattern.compile("LayerNorm\\.(gamma|beta)$");

  /** Ends of the names of adapters, as Hugging Face's PEFT has them. */
  public static final String ADAPTER_A = ".lora_A.weight";

  /** The other factor's. */
  public static final String ADAPTER_B = ".lora_B.weight";

  private final Map<String, Tensor> tensors;

  private Pretrained(Map<String, Tensor> tensors) {
    this.tensors = withoutPrefix(tensors);
  }

  /**
   * Reads all weights of an ONNX graph that was exported from a Hugging Face BERT in float32, about
   * a second for 30 million. The stream is read to its end and not closed.
   *
   * @throws IOException if it cannot be read, or is no ONNX model
   */
  public static Pretrained onnx(InputStream stream) throws IOException {
    return new Pretrained(OnnxWeights.read(stream));
  }

  /**
   * Reads all weights of a safetensors file of a Hugging Face BERT or Nystromformer. Half-precision
   * numbers become float32.
   *
   * @param manager of the PyTorch engine; used while reading
   * @throws IOException if the stream cannot be read, or is no safetensors file
   */
  public static Pretrained safetensors(NDManager manager, InputStream stream) throws IOException {
    return new Pretrained(SafetensorsWeights.read(manager, stream));
  }

  /**
   * A copy with more arrays, or others of the same name, such as a pooler and a classifier.
   *
   * @param more by name, without prefix
   */
  public Pretrained with(Map<String, Tensor> more) {
    Map<String, Tensor> all = new HashMap<>(tensors);
    all.putAll(more);
    return new Pretrained(all);
  }

  /**
   * A copy in which low-rank adapters have become part of the weights they change, so that running
   * it costs no more than the base: {@code W + B A} for every {@code W.weight} with {@code
   * W.lora_A.weight}, (rank, in), and {@code W.lora_B.weight}, (out, rank). Arrays of other names
   * are added as they are.
   *
   * @throws IllegalArgumentException if an adapter has no weight, or does not fit it
   */
  public Pretrained merge(Map<String, Tensor> adapters) {
    Map<String, Tensor> merged = new HashMap<>();
    adapters.forEach(
        (name, tensor) -> {
          if (name.endsWith(ADAPTER_A)) {
            String base = name.substring(0, name.length() - ADAPTER_A.length());
            Tensor weight = tensors.get(base + ".weight");
            Tensor b = adapters.get(base + ADAPTER_B);
            if (weight == null || b == null) {
              throw new IllegalArgumentException(
                  "an adapter must have a weight and both factors, got: only some of " + base);
            }
            merged.put(base + ".weight", weight.plus(b, tensor));
          } else if (!name.endsWith(ADAPTER_B)) {
            merged.put(name, tensor);
          }
        });
    return with(merged);
  }

  Tensor require(String name) throws IOException {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IOException("weights must have an array " + name + ", got: none");
    }
    return tensor;
  }

  /** Hex SHA-256 over names, shapes and values of all arrays. */
  public String fingerprint() {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
    new TreeMap<>(tensors)
        .forEach(
            (name, tensor) -> {
              digest.update((name + tensor).getBytes(StandardCharsets.UTF_8));
              ByteBuffer bytes = ByteBuffer.allocate(tensor.values().length * Float.BYTES);
              bytes.asFloatBuffer().put(tensor.values());
              digest.update(bytes);
            });
    return HexFormat.of().formatHex(digest.digest());
  }

  private static Map<String, Tensor> withoutPrefix(Map<String, Tensor> tensors) {
    int prefix = 0;
    for (String name : tensors.keySet()) {
      if (name.endsWith(BertNames.WORDS)) {
        prefix = name.length() - BertNames.WORDS.length();
      }
    }
    Map<String, Tensor> result = new HashMap<>();
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      String name = entry.getKey();
      Matcher old = OLD_NORM.matcher(name);
      if (old.find()) {
        name = old.replaceFirst("LayerNorm." + (old.group(1).equals("gamma") ? "weight" : "bias"));
      }
      // Parts outside of the encoder, such as a classifier, have no prefix.
      boolean inside =
          name.startsWith("embeddings.", prefix)
              || name.startsWith("encoder.", prefix)
              || name.startsWith("pooler.", prefix);
      result.put(inside ? name.substring(prefix) : name, entry.getValue());
    }
    return result;
  }

  /** Whether there is an array of this name, without prefix. */
  public boolean has(String name) {
    return tensors.containsKey(name);
  }

  /** Sets the weights of an encoder, repeating positions where the encoder takes more of them. */
  public void load(BertEncoder encoder, NDManager manager) throws IOException {
    load(encoder, manager, PositionExtension.REPEAT);
  }

  /**
   * Sets the weights of an encoder that has none.
   *
   * @param manager that the weights will belong to: closing it closes them
   * @param extension how positions are extended where the encoder takes longer sequences
   * @throws IOException naming the weight, if one is missing or has another shape
   * @throws IllegalStateException if the encoder has weights
   */
  public void load(BertEncoder encoder, NDManager manager, PositionExtension extension)
      throws IOException {
    Map<String, Parameter> parameters = encoder.namedParameters();
    Map<String, Shape> shapes = BertShapes.of(encoder.config(), parameters.keySet());
    Map<String, Tensor> checked = new HashMap<>();
    List<String> missing = new ArrayList<>();
    for (Map.Entry<String, Parameter> entry : parameters.entrySet()) {
      String name = entry.getKey();
      if (entry.getValue().isInitialized()) {
        throw new IllegalStateException("an encoder must have no weights yet, got: " + name);
      }
      @Nullable Tensor tensor = tensors.get(name);
      if (tensor == null) {
        missing.add(name);
      } else {
        checked.put(name, fit(name, tensor, shapes, encoder.config(), extension));
      }
    }
    if (!missing.isEmpty()) {
      throw new IOException(
          "weights must have an array for every parameter, got none for: " + missing);
    }
    parameters.forEach(
        (name, parameter) -> set(parameter, manager, checked.get(name), shapes.get(name)));
  }

  /**
   * Sets the weights of a cross-encoder that has none: those of its encoder, and {@code
   * classifier.weight} and {@code classifier.bias}.
   *
   * @throws IOException naming the weight, if one is missing or has another shape
   */
  public void load(CrossEncoder model, NDManager manager) throws IOException {
    Projection classifier = model.classifier();
    NDArray weight = array("classifier.weight", manager, new Shape(1, classifier.in()));
    NDArray bias = array("classifier.bias", manager, new Shape(1));
    load(model.encoder(), manager);
    classifier.weight().setArray(weight);
    classifier.bias().setArray(bias);
  }

  private static Tensor fit(
      String name,
      Tensor tensor,
      Map<String, Shape> shapes,
      BertConfig config,
      PositionExtension extension)
      throws IOException {
    Shape expected = shapes.get(name);
    Tensor fitted = tensor;
    if (name.equals(BertNames.POSITIONS) && tensor.shape().length == 2) {
      fitted = extended(tensor, config, extension);
    }
    // A convolution kernel is stored as (heads, 1, kernel, 1), which has the same order.
    if (expected == null
        || expected.size() != fitted.values().length
        || expected.get(0) != fitted.shape()[0]) {
      throw new IOException(
          "weight "
              + name
              + " must have shape "
              + expected
              + ", got: "
              + new Shape(tensor.shape()));
    }
    return fitted;
  }

  /** The rows before the offset are for padding, and stay where they are. */
  private static Tensor extended(Tensor table, BertConfig config, PositionExtension extension) {
    int rows = Math.toIntExact(table.shape()[0]);
    int width = Math.toIntExact(table.shape()[1]);
    int offset = config.positionOffset();
    if (rows >= config.positionRows() || rows <= offset) {
      return table;
    }
    float[] trained = Arrays.copyOfRange(table.values(), offset * width, rows * width);
    float[] longer = extension.extend(trained, width, rows - offset, config.maxPositions());
    float[] values = Arrays.copyOf(table.values(), config.positionRows() * width);
    System.arraycopy(longer, 0, values, offset * width, longer.length);
    return new Tensor(new long[] {config.positionRows(), width}, values);
  }

  private static void set(
      Parameter parameter, NDManager manager, @Nullable Tensor tensor, @Nullable Shape shape) {
    if (tensor == null || shape == null) {
      throw new IllegalStateException("parameter must have been checked: " + parameter.getName());
    }
    parameter.setArray(manager.create(tensor.values(), shape));
  }

  /**
   * One array by itself, such as the weights of a classifier.
   *
   * @param shape expected
   * @return an array in {@code manager}
   * @throws IOException if there is none of this name and shape
   */
  public NDArray array(String name, NDManager manager, Shape shape) throws IOException {
    Tensor tensor = tensors.get(name);
    if (tensor == null || !new Shape(tensor.shape()).equals(shape)) {
      throw new IOException(
          "weight "
              + name
              + " must have shape "
              + shape
              + ", got: "
              + (tensor == null ? "none" : tensor));
    }
    return manager.create(tensor.values(), shape);
  }
}
