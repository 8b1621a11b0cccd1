package io.curlew.attention.bert;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.curlew.attention.AttentionMasks;
import io.curlew.attention.Projection;
import io.curlew.attention.SizedBlock;
import io.curlew.attention.TokenSpan;
import java.util.List;

/**
 * An encoder with one number on top: the score of a pair of texts that were encoded together
 * (Nogueira and Cho, 2019). The number is a linear map of the pooler's output.
 *
 * <p>Inputs [ids, mask, type ids], each (batch, tokens), int64; output (batch).
 */
public final class CrossEncoder extends SizedBlock {
  private final BertEncoder encoder;
  private final Projection classifier;

  /**
   * A block on an encoder.
   *
   * @param encoder with a pooler
   * @param classifier from the hidden size to 1
   * @throws IllegalArgumentException if the encoder has no pooler or the sizes do not fit
   */
  public CrossEncoder(BertEncoder encoder, Projection classifier) {
    super("classifier size", classifier.in());
    BertConfig config = encoder.config();
    if (!config.pooler()) {
      throw new IllegalArgumentException(
          "the encoder of a cross-encoder must have a pooler, got: " + config);
    }
    if (classifier.in() != config.hiddenSize() || classifier.out() != 1) {
      throw new IllegalArgumentException(
          "the classifier must be from "
              + config.hiddenSize()
              + " to 1, got: "
              + classifier.in()
              + " to "
              + classifier.out());
    }
    this.encoder = addChildBlock("encoder", encoder);
    this.classifier = addChildBlock("classifier", classifier);
    this.inputShapes = new Shape[] {new Shape(-1, -1)};
  }

  /** A block on an encoder, with a classifier that has no weights. */
  public CrossEncoder(BertEncoder encoder) {
    this(encoder, new Projection(encoder.config().hiddenSize(), 1));
  }

  /** The encoder below. */
  public BertEncoder encoder() {
    return encoder;
  }

  /** The linear map on top. */
  public Projection classifier() {
    return classifier;
  }

  /**
   * Scores pairs whose real tokens are known.
   *
   * @return (batch) in the manager of {@code ids}
   */
  public NDArray score(
      ParameterStore store, NDArray ids, NDArray typeIds, List<TokenSpan> spans, boolean training) {
    NDManager target = ids.getManager();
    try (NDManager scratch = target.newSubManager()) {
      NDArray hidden = encoder.encode(store, ids, typeIds, spans, training);
      hidden.attach(scratch);
      NDArray pooled = encoder.pool(store, hidden, spans, training);
      NDArray scores =
          classifier.forward(store, new NDList(pooled), training, null).head().reshape(-1);
      scores.attach(target);
      return scores;
    }
  }

  @Override
  protected NDList compute(ParameterStore store, NDList inputs, boolean training) {
    if (inputs.size() != 3) {
      throw new IllegalArgumentException(
          "inputs must be [ids, mask, type ids], got: " + inputs.size() + " arrays");
    }
    NDArray ids = inputs.get(0);
    Shape shape = ids.getShape();
    if (shape.dimension() != 2) {
      throw new IllegalArgumentException("ids must have shape (batch, tokens), got: " + shape);
    }
    List<TokenSpan> spans = AttentionMasks.spans(inputs.get(1), shape.get(0), shape.get(1));
    return new NDList(score(store, ids, inputs.get(2), spans, training));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] shapes) {
    return new Shape[] {new Shape(shapes[0].get(0))};
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
    encoder.initialize(manager, type, shapes);
    classifier.initialize(manager, type, new Shape(-1, classifier.in()));
  }
}
