package io.curlew.attention.bert;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import io.curlew.attention.AttentionKind;
import io.curlew.attention.AttentionMasks;
import io.curlew.attention.Projection;
import io.curlew.attention.SizedBlock;
import io.curlew.attention.TokenSpan;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * BERT (Devlin et al., 2019) with an {@link AttentionKind} for each layer: exact where sequences
 * are short, Nystrom where they are long.
 *
 * <p>Inputs [ids], [ids, mask] or [ids, mask, type ids], each (batch, tokens), int64; the mask is 1
 * for real tokens, which are one run with padding on either side. Outputs (batch, tokens,
 * hiddenSize) and, where there is a pooler, (batch, hiddenSize). A sequence's rows do not depend on
 * its padding or on the batch.
 *
 * <p>Weights are set by {@link Pretrained}, by {@link #loadParameters} or by {@link #initialize}.
 * Any number of threads may run one encoder, each with a predictor of its own.
 */
public final class BertEncoder extends SizedBlock {
  private final BertConfig config;
  private final BertEmbeddings embeddings;
  private final List<BertLayer> layers;
  private final @Nullable Projection pooler;

  /**
   * An encoder without weights.
   *
   * @param attention one kind for each layer
   * @throws IllegalArgumentException if there are not as many kinds as layers
   */
  public BertEncoder(BertConfig config, List<AttentionKind> attention) {
    this(
        config,
        new BertEmbeddings(config),
        layers(config, attention),
        config.pooler() ? new Projection(config.hiddenSize(), config.hiddenSize()) : null);
  }

  /** An encoder without weights that attends exactly. */
  public BertEncoder(BertConfig config) {
    this(config, Collections.nCopies(config.layers(), AttentionKind.exact()));
  }

  private BertEncoder(
      BertConfig config,
      BertEmbeddings embeddings,
      List<BertLayer> layers,
      @Nullable Projection pooler) {
    super("layers and hidden size", config.layers(), config.hiddenSize());
    this.config = config;
    this.embeddings = addChildBlock("embeddings", embeddings);
    this.layers = layers;
    layers.forEach(layer -> addChildBlock("layer", layer));
    this.pooler = pooler == null ? null : addChildBlock("pooler", pooler);
    this.inputShapes = new Shape[] {new Shape(-1, -1)};
  }

  private static List<BertLayer> layers(BertConfig config, List<AttentionKind> attention) {
    requireKinds(config, attention);
    List<BertLayer> layers = new ArrayList<>();
    attention.forEach(kind -> layers.add(new BertLayer(config, kind)));
    return List.copyOf(layers);
  }

  private static void requireKinds(BertConfig config, List<AttentionKind> attention) {
    if (attention.size() != config.layers()) {
      throw new IllegalArgumentException(
          "there must be one attention kind for each of the "
              + config.layers()
              + " layers, got: "
              + attention.size());
    }
  }

  /**
   * An encoder that shares all weights with this one and attends in another way. Whoever closes the
   * weights of one closes those of both.
   *
   * @param attention one kind for each layer
   * @throws IllegalArgumentException if there are not as many kinds as layers
   */
  public BertEncoder withAttention(List<AttentionKind> attention) {
    requireKinds(config, attention);
    List<BertLayer> changed = new ArrayList<>();
    for (int layer = 0; layer < layers.size(); layer++) {
      changed.add(layers.get(layer).withKind(attention.get(layer)));
    }
    return new BertEncoder(config, embeddings, List.copyOf(changed), pooler);
  }

  /** As above, with the same kind in every layer. */
  public BertEncoder withAttention(AttentionKind kind) {
    return withAttention(Collections.nCopies(config.layers(), kind));
  }

  /** Sizes and constants. */
  public BertConfig config() {
    return config;
  }

  /** How each layer attends. */
  public List<AttentionKind> attention() {
    return layers.stream().map(layer -> layer.attention().kind()).toList();
  }

  /**
   * All linear maps by their Hugging Face names without {@code .weight}, such as {@code
   * encoder.layer.0.attention.self.query}: places to {@linkplain Projection#attach attach} adapters
   * to.
   */
  public Map<String, Projection> projections() {
    return BertNames.projections(layers, pooler);
  }

  /**
   * All parameters by their Hugging Face names, such as {@code embeddings.word_embeddings.weight};
   * without those of adapters.
   */
  public Map<String, Parameter> namedParameters() {
    return BertNames.parameters(embeddings, layers, pooler);
  }

  @Override
  protected NDList compute(ParameterStore store, NDList inputs, boolean training) {
    if (inputs.isEmpty() || inputs.size() > 3) {
      throw new IllegalArgumentException(
          "inputs must be [ids], [ids, mask] or [ids, mask, type ids], got: "
              + inputs.size()
              + " arrays");
    }
    NDArray ids = inputs.get(0);
    requireIds("ids", ids, ids.getShape());
    Shape shape = ids.getShape();
    List<TokenSpan> spans =
        inputs.size() == 1
            ? TokenSpan.whole(shape.get(0), shape.get(1))
            : AttentionMasks.spans(inputs.get(1), shape.get(0), shape.get(1));
    NDArray hidden = encode(store, ids, inputs.size() == 3 ? inputs.get(2) : null, spans, training);
    return pooler == null
        ? new NDList(hidden)
        : new NDList(hidden, pool(store, hidden, spans, training));
  }

  /**
   * Encodes sequences whose real tokens are known.
   *
   * @param ids (batch, tokens), int64, each below the vocabulary size
   * @param typeIds segments, the same shape, or null for segment 0 everywhere
   * @param spans the real tokens of each sequence, and which of them are landmarks of their own
   * @return (batch, tokens, hiddenSize) in the manager of {@code ids}; rows of padding carry no
   *     meaning
   * @throws IllegalArgumentException naming rule and shape, if arrays or spans do not fit, or a
   *     sequence is longer than the position table
   */
  public NDArray encode(
      ParameterStore store,
      NDArray ids,
      @Nullable NDArray typeIds,
      List<TokenSpan> spans,
      boolean training) {
    requireInput(ids, typeIds, spans);
    NDManager target = ids.getManager();
    try (NDManager scratch = target.newSubManager()) {
      NDArray hidden = embed(store, scratch, ids, typeIds, spans, training);
      for (BertLayer layer : layers) {
        NDArray next = layer.apply(store, hidden, spans, training);
        hidden.close();
        hidden = next;
      }
      hidden.attach(target);
      return hidden;
    }
  }

  /**
   * As {@link #encode}, with what every layer gives: for training one encoder to do as another.
   *
   * @return as many arrays as layers, in the manager of {@code ids}; the last is what {@link
   *     #encode} gives
   */
  public NDList encodeLayers(
      ParameterStore store, NDArray ids, List<TokenSpan> spans, boolean training) {
    requireInput(ids, null, spans);
    NDManager target = ids.getManager();
    try (NDManager scratch = target.newSubManager()) {
      NDArray hidden = embed(store, scratch, ids, null, spans, training);
      NDList all = new NDList();
      for (BertLayer layer : layers) {
        hidden = layer.apply(store, hidden, spans, training);
        all.add(hidden);
      }
      all.attach(target);
      return all;
    }
  }

  private NDArray embed(
      ParameterStore store,
      NDManager scratch,
      NDArray ids,
      @Nullable NDArray typeIds,
      List<TokenSpan> spans,
      boolean training) {
    NDArray local = ids.get(scratch, new NDIndex().addAllDim(2));
    return embeddings.embed(store, local, typeIds, spans, training);
  }

  private void requireInput(NDArray ids, @Nullable NDArray typeIds, List<TokenSpan> spans) {
    requireIds("ids", ids, ids.getShape());
    if (typeIds != null) {
      requireIds("type ids", typeIds, ids.getShape());
    }
    int longest = spans.stream().mapToInt(TokenSpan::length).max().orElse(0);
    if (spans.size() != ids.getShape().get(0) || longest > config.maxPositions()) {
      throw new IllegalArgumentException(
          "there must be a span of at most "
              + config.maxPositions()
              + " positions for each of "
              + ids.getShape().get(0)
              + " sequences, got: "
              + spans.size()
              + ", the longest of "
              + longest);
    }
  }

  private static void requireIds(String name, NDArray ids, Shape expected) {
    Shape shape = ids.getShape();
    boolean fits = shape.dimension() == 2 && shape.equals(expected) && shape.size() > 0;
    if (!fits || ids.getDataType() != DataType.INT64) {
      throw new IllegalArgumentException(
          name
              + " must be int64 of shape (batch, tokens)"
              + (expected.dimension() == 2 ? " = " + expected : "")
              + ", got: "
              + ids.getDataType()
              + " of "
              + shape);
    }
  }

  /**
   * The pooler's view of the first real token of each sequence.
   *
   * @param hidden what {@link #encode} gave
   * @return (batch, hiddenSize) in the manager of {@code hidden}
   * @throws IllegalStateException if there is no pooler
   */
  public NDArray pool(
      ParameterStore store, NDArray hidden, List<TokenSpan> spans, boolean training) {
    if (pooler == null) {
      throw new IllegalStateException("the encoder must have a pooler, got: none");
    }
    NDArray first = firstRows(hidden, spans);
    return pooler.forward(store, new NDList(first), training, null).singletonOrThrow().tanh();
  }

  private static NDArray firstRows(NDArray hidden, List<TokenSpan> spans) {
    NDIndex index = new NDIndex().addAllDim();
    if (spans.stream().allMatch(span -> span.start() == 0)) {
      return hidden.get(hidden.getManager(), index.addIndices(0));
    }
    NDList rows = new NDList();
    for (int sequence = 0; sequence < spans.size(); sequence++) {
      NDIndex row = new NDIndex().addIndices(sequence, spans.get(sequence).start());
      rows.add(hidden.get(hidden.getManager(), row).expandDims(0));
    }
    return NDArrays.concat(rows, 0);
  }

  @Override
  public Shape[] getOutputShapes(Shape[] shapes) {
    Shape hidden = shapes[0].add(config.hiddenSize());
    return pooler == null
        ? new Shape[] {hidden}
        : new Shape[] {hidden, new Shape(shapes[0].get(0), config.hiddenSize())};
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
    embeddings.initialize(manager, type, new Shape(-1, -1));
    for (Block layer : layers) {
      layer.initialize(manager, type, new Shape(-1, -1, config.hiddenSize()));
    }
    if (pooler != null) {
      pooler.initialize(manager, type, new Shape(-1, config.hiddenSize()));
    }
  }
}
