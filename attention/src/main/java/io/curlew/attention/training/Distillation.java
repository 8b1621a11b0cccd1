package io.curlew.attention.training;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.curlew.attention.AttentionKind;
import io.curlew.attention.TokenSpan;
import io.curlew.attention.array.Owned;
import io.curlew.attention.bert.BertConfig;
import io.curlew.attention.bert.BertEncoder;
import io.curlew.attention.bert.PositionExtension;
import io.curlew.attention.bert.Pretrained;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Teaches an encoder whose attention is cheap to give the token vectors that the same weights give
 * with exact attention. What is trained are low-rank adapters on every linear map of the layers,
 * which start at zero; so the student starts as the plain replacement.
 *
 * <p>The loss of a text is the mean over tokens of {@code 1 - cosine} to the teacher's vector, plus
 * {@code 1 - cosine} of the whole-text vectors: those that late interaction and a dense first stage
 * see. The layers before the last weigh half as much, all together. Both encoders extend the table
 * of positions in the same way. A text runs by itself, so memory is that of the longest one; it
 * takes a forward pass of each encoder and a backward pass of the student. The student's layers are
 * matched too as in Jiao et al., "TinyBERT", 2020. Not thread-safe.
 */
public final class Distillation implements Objective<long[]> {
  private static final double SMALLEST_SQUARE = 1e-12;

  /** What the layers before the last weigh, all together. */
  private static final double INNER = 0.5;

  private final BertEncoder teacher;
  private final BertEncoder student;
  private final TrainedArrays trained;

  private Distillation(BertEncoder teacher, BertEncoder student, TrainedArrays trained) {
    this.teacher = teacher;
    this.student = student;
    this.trained = trained;
  }

  /**
   * A student that has learned nothing.
   *
   * @param base weights of both
   * @param config of the student, {@code maxPositions} as long as it is to read
   * @param kind how the student attends
   * @param rank of the adapters
   * @param manager of the PyTorch engine, to which all weights will belong
   * @param seed of the adapters
   * @throws IOException if a weight is missing
   */
  public static Distillation start(
      Pretrained base,
      BertConfig config,
      AttentionKind kind,
      int rank,
      NDManager manager,
      long seed)
      throws IOException {
    BertEncoder teacher = new BertEncoder(config.withDropout(0));
    base.load(teacher, manager, PositionExtension.REPEAT);
    BertEncoder student = new BertEncoder(config.withDropout(0)).withAttention(kind);
    base.load(student, manager, PositionExtension.REPEAT);
    Map<String, NDArray> trained =
        LowRankAdapter.attach(student.projections(), rank, manager, new Random(seed));
    return new Distillation(teacher, student, new TrainedArrays(trained));
  }

  /** The encoder that learns, adapters attached. */
  public BertEncoder student() {
    return student;
  }

  /** The encoder that it learns from. */
  public BertEncoder teacher() {
    return teacher;
  }

  @Override
  public TrainedArrays trained() {
    return trained;
  }

  /**
   * {@inheritDoc}
   *
   * @param texts token ids, special ones included, at most {@code maxPositions}
   */
  @Override
  public Result of(List<long[]> texts) {
    double sum = 0;
    for (long[] text : texts) {
      try (NDManager scratch = trained.manager().newSubManager()) {
        NDList expected = layers(teacher, scratch, text, false);
        try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
          NDArray loss = loss(layers(student, scratch, text, true), expected);
          collector.backward(Owned.mul(loss, 1.0 / texts.size()));
          sum += loss.getFloat();
        }
      }
    }
    if (!Double.isFinite(sum)) {
      throw new IllegalStateException("the loss must be finite, got: " + sum);
    }
    return new Result(sum / texts.size(), trained.takeGradients());
  }

  private static NDList layers(
      BertEncoder encoder, NDManager scratch, long[] text, boolean training) {
    NDArray ids = Owned.copy(scratch.create(text, new Shape(1, text.length)));
    return encoder.encodeLayers(
        new ParameterStore(scratch, false), ids, TokenSpan.whole(1, text.length), training);
  }

  private static NDArray loss(NDList actual, NDList expected) {
    int last = expected.size() - 1;
    NDArray similar =
        cosine(actual.get(last).mean(new int[] {1}), expected.get(last).mean(new int[] {1}))
            .add(cosine(actual.get(last), expected.get(last)));
    for (int layer = 0; layer < last; layer++) {
      NDArray tokens = cosine(actual.get(layer), expected.get(layer));
      similar = similar.add(Owned.mul(tokens, INNER / last));
    }
    return similar.neg().add((float) (last == 0 ? 2 : 2 + INNER));
  }

  /** Mean cosine of rows. */
  private static NDArray cosine(NDArray x, NDArray y) {
    int[] axis = {x.getShape().dimension() - 1};
    NDArray product = x.mul(y).sum(axis);
    NDArray squares = x.square().sum(axis).mul(y.square().sum(axis));
    return product.div(squares.add(SMALLEST_SQUARE).sqrt()).mean();
  }

  /** Mean over texts of the mean cosine of token vectors. */
  @Override
  public double heldOutScore(List<long[]> texts) {
    double sum = 0;
    for (long[] text : texts) {
      try (NDManager scratch = trained.manager().newSubManager()) {
        sum +=
            cosine(
                    layers(student, scratch, text, false).getLast(),
                    layers(teacher, scratch, text, false).getLast())
                .getFloat();
      }
    }
    return sum / texts.size();
  }
}
