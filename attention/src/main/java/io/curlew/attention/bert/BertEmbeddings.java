package io.curlew.attention.bert;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.Parameter;
import ai.djl.nn.norm.Dropout;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.NormalInitializer;
import io.curlew.attention.SizedBlock;
import io.curlew.attention.TokenSpan;
import io.curlew.attention.array.Owned;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sum of word, position and segment vectors, normalised. */
final class BertEmbeddings extends SizedBlock {
  private static final float DEVIATION = 0.02f;

  private final BertConfig config;
  private final Parameter words;
  private final Parameter positions;
  private final Parameter types;
  private final LayerNormalisation normalisation;

  BertEmbeddings(BertConfig config) {
    super(
        "sizes of the embeddings",
        config.vocabularySize(),
        config.positionRows(),
        config.tokenTypes(),
        config.hiddenSize());
    this.config = config;
    this.words = table("words");
    this.positions = table("positions");
    this.types = table("types");
    this.normalisation =
        addChildBlock(
            "normalisation",
            new LayerNormalisation(config.hiddenSize(), config.layerNormEpsilon()));
    this.inputShapes = new Shape[] {new Shape(-1, -1)};
  }

  private Parameter table(String name) {
    return addParameter(
        Parameter.builder()
            .setName(name)
            .setType(Parameter.Type.WEIGHT)
            .optInitializer(new NormalInitializer(DEVIATION))
            .build());
  }

  Parameter words() {
    return words;
  }

  Parameter positions() {
    return positions;
  }

  Parameter types() {
    return types;
  }

  LayerNormalisation normalisation() {
    return normalisation;
  }

  /**
   * Embeds.
   *
   * @param ids (batch, tokens), int64
   * @param typeIds the same, or null for segment 0 everywhere
   * @return (batch, tokens, hiddenSize), in the manager of {@code ids}
   */
  NDArray embed(
      ParameterStore store,
      NDArray ids,
      @Nullable NDArray typeIds,
      List<TokenSpan> spans,
      boolean training) {
    NDArray segments = typeIds == null ? ids.zerosLike() : typeIds;
    NDArray sum =
        lookUp(store, words, ids, training)
            .add(lookUp(store, positions, positionIds(ids, spans), training))
            .add(lookUp(store, types, segments, training));
    NDArray normalised = normalisation.apply(store, sum, training);
    return training
        ? Dropout.dropout(normalised, config.dropout(), true).singletonOrThrow()
        : normalised;
  }

  /** The ids are the receiver: a look-up on the table would belong to the table's manager. */
  private static NDArray lookUp(
      ParameterStore store, Parameter table, NDArray ids, boolean training) {
    NDArray values = store.getValue(table, ids.getDevice(), training);
    return ids.getNDArrayInternal().embedding(ids, values, SparseFormat.DENSE).singletonOrThrow();
  }

  /** Counted from each sequence's first real token, so that padding on the left moves nothing. */
  private NDArray positionIds(NDArray ids, List<TokenSpan> spans) {
    int tokens = Math.toIntExact(ids.getShape().get(1));
    NDManager manager = ids.getManager();
    int offset = config.positionOffset();
    if (spans.stream().allMatch(span -> span.start() == 0)) {
      return manager.arange(offset, offset + tokens, 1, DataType.INT64).expandDims(0);
    }
    long[] positions = new long[spans.size() * tokens];
    for (int sequence = 0; sequence < spans.size(); sequence++) {
      for (int token = 0; token < tokens; token++) {
        int position = Math.max(0, token - spans.get(sequence).start());
        positions[sequence * tokens + token] = (long) offset + position;
      }
    }
    return Owned.copy(manager.create(positions, new Shape(spans.size(), tokens)));
  }

  @Override
  protected NDList compute(ParameterStore store, NDList inputs, boolean training) {
    NDArray ids = inputs.head();
    Shape shape = ids.getShape();
    return new NDList(
        embed(
            store,
            ids,
            inputs.size() > 1 ? inputs.get(1) : null,
            TokenSpan.whole(shape.get(0), shape.get(1)),
            training));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] shapes) {
    return new Shape[] {shapes[0].add(config.hiddenSize())};
  }

  @Override
  protected void prepare(Shape[] shapes) {
    prepare(words, config.vocabularySize());
    prepare(positions, config.positionRows());
    prepare(types, config.tokenTypes());
  }

  private void prepare(Parameter table, int rows) {
    if (!table.isInitialized()) {
      table.setShape(new Shape(rows, config.hiddenSize()));
    }
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
    normalisation.initialize(manager, type, new Shape(-1, config.hiddenSize()));
  }
}
