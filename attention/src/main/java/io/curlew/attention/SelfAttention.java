package io.curlew.attention;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.NormalInitializer;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Multi-head self-attention with projections around an {@link AttentionKind}, and optionally the
 * depthwise {@linkplain ValueConvolution convolution} of the values that Nystromformer adds.
 *
 * <p>Inputs as {@code ai.djl.nn.transformer.ScaledDotProductAttentionBlock} takes them: [X], [X,
 * mask], [K, Q, V] or [K, Q, V, mask], where X, K, Q and V are (batch, tokens, embeddingSize) and
 * the mask is (batch, tokens), 1 for real tokens. Real tokens are one run; padding may be on either
 * side. Output (batch, tokens, embeddingSize).
 */
public class SelfAttention extends SizedBlock {
  private static final String SIZES = "heads, embedding size and convolution kernel";
  private static final float CONVOLUTION_DEVIATION = 0.02f;

  private final int heads;
  private final int size;
  private final float dropout;
  private final Projection query;
  private final Projection key;
  private final Projection value;
  private final Projection output;
  private final int convolutionKernel;
  private final @Nullable Parameter convolution;
  private AttentionKind kind;

  /**
   * A block without values.
   *
   * @param heads number of heads, which must divide the embedding size
   * @param size values per token of input and output
   * @param dropout rate at which attention weights are dropped in training, 0 to below 1
   * @param convolutionKernel length of the convolution kernel, odd; 0 for none
   * @throws IllegalArgumentException if a number is out of range
   */
  public SelfAttention(
      int heads, int size, float dropout, int convolutionKernel, AttentionKind kind) {
    super(SIZES, heads, size, convolutionKernel);
    require(heads, size, dropout, convolutionKernel);
    this.heads = heads;
    this.size = size;
    this.dropout = dropout;
    this.convolutionKernel = convolutionKernel;
    this.kind = kind;
    this.query = addChildBlock("query", new Projection(size, size));
    this.key = addChildBlock("key", new Projection(size, size));
    this.value = addChildBlock("value", new Projection(size, size));
    this.output = addChildBlock("output", new Projection(size, size));
    this.convolution =
        convolutionKernel == 0
            ? null
            : addParameter(
                Parameter.builder()
                    .setName("convolution")
                    .setType(Parameter.Type.WEIGHT)
                    .optInitializer(new NormalInitializer(CONVOLUTION_DEVIATION))
                    .build());
    this.inputShapes = new Shape[] {new Shape(-1, -1, size)};
  }

  /** A block on the same parameters that attends in another way. */
  private SelfAttention(SelfAttention other, AttentionKind kind) {
    super(SIZES, other.heads, other.size, other.convolutionKernel);
    this.heads = other.heads;
    this.size = other.size;
    this.dropout = other.dropout;
    this.convolutionKernel = other.convolutionKernel;
    this.kind = kind;
    this.query = addChildBlock("query", other.query);
    this.key = addChildBlock("key", other.key);
    this.value = addChildBlock("value", other.value);
    this.output = addChildBlock("output", other.output);
    this.convolution = other.convolution == null ? null : addParameter(other.convolution);
    this.inputShapes = new Shape[] {new Shape(-1, -1, size)};
  }

  private static void require(int heads, int size, float dropout, int convolutionKernel) {
    if (heads < 1) {
      throw new IllegalArgumentException("headCount must be at least 1, got: " + heads);
    }
    if (size < 1 || size % heads != 0) {
      throw new IllegalArgumentException(
          "embeddingSize must be a multiple of the " + heads + " heads, got: " + size);
    }
    if (!(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException("dropout must be at least 0 and below 1, got: " + dropout);
    }
    if (convolutionKernel < 0 || (convolutionKernel > 0 && convolutionKernel % 2 == 0)) {
      throw new IllegalArgumentException(
          "convolution kernel must be odd, or 0 for none, got: " + convolutionKernel);
    }
  }

  /**
   * A block that shares all parameters with this one and attends in another way. Whoever closes one
   * closes both.
   */
  public final SelfAttention withKind(AttentionKind other) {
    return new SelfAttention(this, other);
  }

  /** How it attends. */
  public final AttentionKind kind() {
    return kind;
  }

  /** Number of heads. */
  public final int heads() {
    return heads;
  }

  /** Makes queries. */
  public final Projection query() {
    return query;
  }

  /** Makes keys. */
  public final Projection key() {
    return key;
  }

  /** Makes values. */
  public final Projection value() {
    return value;
  }

  /** Mixes the heads. */
  public final Projection output() {
    return output;
  }

  /** (heads, kernel), or null if there is no convolution. */
  public final @Nullable Parameter convolution() {
    return convolution;
  }

  @Override
  protected final NDList compute(ParameterStore store, NDList inputs, boolean training) {
    int count = inputs.size();
    if (count < 1 || count > 4) {
      throw new IllegalArgumentException(
          "inputs must be [X], [X, mask], [K, Q, V] or [K, Q, V, mask], got: " + count + " arrays");
    }
    boolean separate = count >= 3;
    NDArray keys = inputs.get(0);
    NDArray queries = separate ? inputs.get(1) : keys;
    NDArray values = separate ? inputs.get(2) : keys;
    requireInput("queries", queries.getShape(), queries.getShape());
    requireInput("keys", keys.getShape(), queries.getShape());
    requireInput("values", values.getShape(), queries.getShape());
    long batch = queries.getShape().get(0);
    long tokens = queries.getShape().get(1);
    List<TokenSpan> spans =
        count % 2 == 0
            ? AttentionMasks.spans(inputs.get(count - 1), batch, tokens)
            : TokenSpan.whole(batch, tokens);
    return new NDList(attend(store, queries, keys, values, spans, training));
  }

  private void requireInput(String name, Shape shape, Shape queries) {
    if (shape.dimension() != 3 || shape.get(2) != size) {
      throw new IllegalArgumentException(
          name + " must have shape (batch, tokens, " + size + "), got: " + shape);
    }
    if (!shape.equals(queries)) {
      throw new IllegalArgumentException(
          name + " must have the shape of the queries, " + queries + ", got: " + shape);
    }
  }

  /**
   * Self-attention of sequences whose real tokens are known.
   *
   * @param x (batch, tokens, embeddingSize)
   * @return an array of the same shape, in the manager of {@code x}
   */
  public final NDArray attend(
      ParameterStore store, NDArray x, List<TokenSpan> spans, boolean training) {
    requireInput("input", x.getShape(), x.getShape());
    return attend(store, x, x, x, spans, training);
  }

  private NDArray attend(
      ParameterStore store,
      NDArray queryInput,
      NDArray keyInput,
      NDArray valueInput,
      List<TokenSpan> spans,
      boolean training) {
    NDManager target = queryInput.getManager();
    Shape shape = queryInput.getShape();
    try (NDManager scratch = target.newSubManager()) {
      NDArray q = split(project(store, query, queryInput, scratch, training));
      NDArray k = split(project(store, key, keyInput, scratch, training));
      NDArray v = split(project(store, value, valueInput, scratch, training));
      NDArray attended = kind.attend(q, k, v, spans, training ? dropout : 0);
      if (convolution != null) {
        NDArray weight = store.getValue(convolution, v.getDevice(), training);
        attended = attended.add(ValueConvolution.apply(v, weight, spans));
      }
      NDArray joined = attended.swapAxes(1, 2).reshape(shape);
      NDArray result = output.forward(store, new NDList(joined), training, null).singletonOrThrow();
      result.attach(target);
      return result;
    }
  }

  private static NDArray project(
      ParameterStore store,
      Projection projection,
      NDArray input,
      NDManager scratch,
      boolean training) {
    NDArray local = input.get(scratch, new NDIndex().addAllDim(2));
    return projection.forward(store, new NDList(local), training, null).singletonOrThrow();
  }

  private NDArray split(NDArray x) {
    Shape shape = x.getShape();
    return x.reshape(shape.get(0), shape.get(1), heads, size / heads).swapAxes(1, 2);
  }

  @Override
  public final Shape[] getOutputShapes(Shape[] shapes) {
    if (shapes.length < 1 || shapes.length > 4) {
      throw new IllegalArgumentException(
          "inputs must be [X], [X, mask], [K, Q, V] or [K, Q, V, mask], got: "
              + shapes.length
              + " shapes");
    }
    return new Shape[] {shapes.length < 3 ? shapes[0] : shapes[1]};
  }

  @Override
  protected final void prepare(Shape[] shapes) {
    if (convolution != null && !convolution.isInitialized()) {
      convolution.setShape(new Shape(heads, convolutionKernel));
    }
  }

  @Override
  protected final void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
    for (Block child : children.values()) {
      child.initialize(manager, type, new Shape(-1, size));
    }
  }

  @Override
  protected final void saveMetadata(DataOutputStream stream) throws IOException {
    super.saveMetadata(stream);
    stream.writeUTF(kind.describe());
  }

  /** Checks sizes, and takes over how the saved block attends. */
  @Override
  public final void loadMetadata(byte version, DataInputStream stream)
      throws IOException, MalformedModelException {
    super.loadMetadata(version, stream);
    String description = stream.readUTF();
    if (description.equals(kind.describe())) {
      return;
    }
    try {
      kind = AttentionKind.parse(description);
    } catch (IllegalArgumentException e) {
      throw new MalformedModelException("attention of a saved block must be known", e);
    }
  }
}
