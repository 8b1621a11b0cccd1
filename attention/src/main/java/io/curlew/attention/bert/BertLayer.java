package io.curlew.attention.bert;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.norm.Dropout;
import ai.djl.training.ParameterStore;
import io.curlew.attention.AttentionKind;
import io.curlew.attention.Projection;
import io.curlew.attention.SelfAttention;
import io.curlew.attention.SizedBlock;
import io.curlew.attention.TokenSpan;
import java.util.List;

/** Attention and two linear maps, each with residual and normalisation after it. */
final class BertLayer extends SizedBlock {
  private final BertConfig config;
  private final SelfAttention attention;
  private final LayerNormalisation attentionNorm;
  private final Projection intermediate;
  private final Projection output;
  private final LayerNormalisation outputNorm;

  BertLayer(BertConfig config, AttentionKind kind) {
    this(
        config,
        new SelfAttention(
            config.heads(),
            config.hiddenSize(),
            config.dropout(),
            config.convolutionKernel(),
            kind),
        new LayerNormalisation(config.hiddenSize(), config.layerNormEpsilon()),
        new Projection(config.hiddenSize(), config.intermediateSize()),
        new Projection(config.intermediateSize(), config.hiddenSize()),
        new LayerNormalisation(config.hiddenSize(), config.layerNormEpsilon()));
  }

  private BertLayer(
      BertConfig config,
      SelfAttention attention,
      LayerNormalisation attentionNorm,
      Projection intermediate,
      Projection output,
      LayerNormalisation outputNorm) {
    super("sizes of a layer", config.hiddenSize(), config.intermediateSize());
    this.config = config;
    this.attention = addChildBlock("attention", attention);
    this.attentionNorm = addChildBlock("attentionNorm", attentionNorm);
    this.intermediate = addChildBlock("intermediate", intermediate);
    this.output = addChildBlock("output", output);
    this.outputNorm = addChildBlock("outputNorm", outputNorm);
    this.inputShapes = new Shape[] {new Shape(-1, -1, config.hiddenSize())};
  }

  /** A layer on the same parameters that attends in another way. */
  BertLayer withKind(AttentionKind kind) {
    return new BertLayer(
        config, attention.withKind(kind), attentionNorm, intermediate, output, outputNorm);
  }

  SelfAttention attention() {
    return attention;
  }

  LayerNormalisation attentionNorm() {
    return attentionNorm;
  }

  Projection intermediate() {
    return intermediate;
  }

  Projection output() {
    return output;
  }

  LayerNormalisation outputNorm() {
    return outputNorm;
  }

  /** (batch, tokens, hiddenSize) to the same, in the manager of {@code x}. */
  NDArray apply(ParameterStore store, NDArray x, List<TokenSpan> spans, boolean training) {
    try (NDManager scratch = x.getManager().newSubManager()) {
      NDArray input = x.get(scratch, new NDIndex().addAllDim(2));
      NDArray attended = drop(attention.attend(store, input, spans, training), training);
      NDArray middle = attentionNorm.apply(store, attended.add(input), training);
      NDArray wide = config.activation().apply(project(store, intermediate, middle, training));
      NDArray narrow = drop(project(store, output, wide, training), training);
      NDArray result = outputNorm.apply(store, narrow.add(middle), training);
      result.attach(x.getManager());
      return result;
    }
  }

  private NDArray drop(NDArray x, boolean training) {
    return training && config.dropout() > 0
        ? Dropout.dropout(x, config.dropout(), true).singletonOrThrow()
        : x;
  }

  private static NDArray project(
      ParameterStore store, Projection projection, NDArray x, boolean training) {
    return projection.forward(store, new NDList(x), training, null).singletonOrThrow();
  }

  @Override
  protected NDList compute(ParameterStore store, NDList inputs, boolean training) {
    NDArray x = inputs.singletonOrThrow();
    Shape shape = x.getShape();
    return new NDList(apply(store, x, TokenSpan.whole(shape.get(0), shape.get(1)), training));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] shapes) {
    return shapes;
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
    Shape rows = new Shape(-1, -1, config.hiddenSize());
    for (Block child : new Block[] {attention, attentionNorm, intermediate, outputNorm}) {
      child.initialize(manager, type, rows);
    }
    output.initialize(manager, type, new Shape(-1, -1, config.intermediateSize()));
  }
}
