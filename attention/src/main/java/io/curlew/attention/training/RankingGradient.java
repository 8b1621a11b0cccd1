package io.curlew.attention.training;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.curlew.attention.TokenSpan;
import io.curlew.attention.array.Owned;
import io.curlew.attention.bert.CrossEncoder;
import io.curlew.attention.scoring.PairTokenizer;
import io.curlew.attention.scoring.TokenizedPair;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Scores of a cross-encoder in training, and the gradients of the listwise softmax loss (Cao et
 * al., "ListNet", 2007, with one right document): the mean over queries of {@code -log
 * softmax(scores)} at the judged document.
 *
 * <p>Pairs of like length run together, so that little is padded. One pair of 33 tokens costs
 * MiniLM 0.7 billion operations forward and as many backward, since the base weights have no
 * gradients. Not thread-safe, and one at a time in a JVM.
 */
public final class RankingGradient implements Objective<RankingExample> {
  /** Tokens that run together: enough for the matrix products, few enough to pad little. */
  private static final int CHUNK_TOKENS = 512;

  private final CrossEncoder model;
  private final TrainedArrays trained;
  private final PairTokenizer tokenizer;

  /**
   * Gradients of a model.
   *
   * @param tuning the model and what is trained of it
   * @param tokenizer of its pairs, which bounds their length; stays open
   */
  public RankingGradient(LowRankTuning tuning, PairTokenizer tokenizer) {
    this.model = tuning.model();
    this.trained = tuning.trained();
    this.tokenizer = tokenizer;
  }

  @Override
  public TrainedArrays trained() {
    return trained;
  }

  /**
   * {@inheritDoc}
   *
   * @param examples at least 1, all with as many documents
   */
  @Override
  public Result of(List<RankingExample> examples) {
    int documents = requireSameSize(examples);
    try (NDManager scratch = trained.manager().newSubManager()) {
      double loss;
      try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
        NDArray scores = score(scratch, pairs(examples), true);
        NDArray lists = scores.reshape(examples.size(), documents);
        NDArray first = lists.logSoftmax(1).get(new NDIndex(":, 0"));
        NDArray mean = first.mean().neg();
        collector.backward(mean);
        loss = mean.getFloat();
      }
      if (!Double.isFinite(loss)) {
        throw new IllegalStateException("the loss must be finite, got: " + loss);
      }
      return new Result(loss, trained.takeGradients());
    }
  }

  private static int requireSameSize(List<RankingExample> examples) {
    if (examples.isEmpty()) {
      throw new IllegalArgumentException("examples must be at least 1, got: 0");
    }
    int documents = examples.get(0).documents().size();
    for (RankingExample example : examples) {
      if (example.documents().size() != documents) {
        throw new IllegalArgumentException(
            "examples must have "
                + documents
                + " documents each, got: "
                + example.documents().size());
      }
    }
    return documents;
  }

  private List<TokenizedPair> pairs(List<RankingExample> examples) {
    List<TokenizedPair> pairs = new ArrayList<>();
    for (RankingExample example : examples) {
      for (String document : example.documents()) {
        pairs.add(tokenizer.tokenize(example.query(), document));
      }
    }
    return pairs;
  }

  /** Scores without a gradient: one row per example. */
  public float[][] scores(List<RankingExample> examples) {
    float[][] rows = new float[examples.size()][];
    float[] all;
    try (NDManager scratch = trained.manager().newSubManager()) {
      all = score(scratch, pairs(examples), false).toFloatArray();
    }
    int from = 0;
    for (int i = 0; i < rows.length; i++) {
      rows[i] = java.util.Arrays.copyOfRange(all, from, from + examples.get(i).documents().size());
      from += rows[i].length;
    }
    return rows;
  }

  /**
   * Mean reciprocal rank of the right document among those of its example; 0 beyond rank 10. A tie
   * counts as lost.
   */
  @Override
  public double heldOutScore(List<RankingExample> examples) {
    double sum = 0;
    for (RankingExample example : examples) {
      float[] scores = scores(List.of(example))[0];
      int rank = 1;
      for (int i = 1; i < scores.length; i++) {
        rank += scores[i] >= scores[0] ? 1 : 0;
      }
      sum += rank <= 10 ? 1.0 / rank : 0;
    }
    return examples.isEmpty() ? Double.NaN : sum / examples.size();
  }

  /** (pairs), in their order. */
  private NDArray score(NDManager scratch, List<TokenizedPair> pairs, boolean training) {
    int[] sorted =
        IntStream.range(0, pairs.size())
            .boxed()
            .sorted(Comparator.comparingInt(i -> pairs.get(i).ids().length))
            .mapToInt(Integer::intValue)
            .toArray();
    long[] place = new long[sorted.length];
    NDList chunks = new NDList();
    int from = 0;
    for (int to = 1; to <= sorted.length; to++) {
      place[sorted[to - 1]] = to - 1;
      boolean full =
          to == sorted.length
              || (to + 1 - from) * pairs.get(sorted[to]).ids().length > CHUNK_TOKENS;
      if (full) {
        List<TokenizedPair> chunk = new ArrayList<>();
        for (int i = from; i < to; i++) {
          chunk.add(pairs.get(sorted[i]));
        }
        chunks.add(scoreChunk(scratch, chunk, training));
        from = to;
      }
    }
    NDArray all = chunks.size() == 1 ? chunks.head() : NDArrays.concat(chunks, 0);
    return all.gather(Owned.copy(scratch.create(place)), 0);
  }

  private NDArray scoreChunk(NDManager scratch, List<TokenizedPair> chunk, boolean training) {
    int longest = chunk.get(chunk.size() - 1).ids().length;
    long[] ids = new long[chunk.size() * longest];
    long[] types = new long[ids.length];
    List<TokenSpan> spans = new ArrayList<>();
    for (int i = 0; i < chunk.size(); i++) {
      TokenizedPair pair = chunk.get(i);
      System.arraycopy(pair.ids(), 0, ids, i * longest, pair.ids().length);
      System.arraycopy(pair.types(), 0, types, i * longest, pair.ids().length);
      spans.add(pair.span());
    }
    Shape shape = new Shape(chunk.size(), longest);
    return model.score(
        new ParameterStore(scratch, false),
        Owned.copy(scratch.create(ids, shape)),
        Owned.copy(scratch.create(types, shape)),
        spans,
        training);
  }
}
