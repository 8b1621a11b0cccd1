package io.curlew.attention.scoring;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.curlew.attention.TokenSpan;
import io.curlew.attention.bert.CrossEncoder;
import io.curlew.cur.model.InteractionModel;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Scores pairs by a {@link CrossEncoder}, which reads query and document together: one model call a
 * pair, no part of which can be kept for the next query. Scores are the classifier's raw numbers.
 *
 * <p>The query is never cut: one that leaves no room for the document is an error. A document is
 * cut where the pair is longer than {@link CrossEncoderOptions#maxTokens()}, which is counted and
 * reported. With an encoder whose positions were extended and whose layers attend by Nystrom's
 * method, documents beyond 512 tokens are read whole; the query's part and the closing token are
 * then protected.
 *
 * <p>Pairs of like length are encoded together, those of a call's own. Safe from several threads.
 */
public final class CrossEncoderModel implements InteractionModel {
  /** Part of the fingerprint; to be raised with every change that moves scores. */
  private static final String SCORING_RULE = "cross-encoder 1: classifier on pooled [CLS]";

  /** Pairs that are tokenized and sorted at a time. */
  private static final int CHUNK_PAIRS = 1024;

  private final CrossEncoder model;
  private final CrossEncoderOptions options;
  private final PairTokenizer tokenizer;
  private final NDManager manager;
  private final String fingerprint;
  private final TruncationCount truncations;

  private CrossEncoderModel(
      CrossEncoder model,
      CrossEncoderOptions options,
      PairTokenizer tokenizer,
      NDManager manager,
      String fingerprint) {
    this.model = model;
    this.options = options;
    this.tokenizer = tokenizer;
    this.manager = manager;
    this.fingerprint = fingerprint;
    this.truncations = new TruncationCount(options.truncationListener());
  }

  /**
   * A scorer on a model. Reads all weights once, for the fingerprint.
   *
   * @param model with weights, which must not change and are not closed by this
   * @param tokenizer a Hugging Face {@code tokenizer.json}
   * @throws IllegalArgumentException if the model has no weights, or its encoder takes fewer tokens
   *     than the options say
   * @throws IOException if the tokenizer cannot be read
   */
  public static CrossEncoderModel open(
      CrossEncoder model, InputStreamSource tokenizer, CrossEncoderOptions options)
      throws IOException {
    int longest = model.encoder().config().maxPositions();
    if (options.maxTokens() > longest) {
      throw new IllegalArgumentException(
          "maxTokens must be at most the encoder's " + longest + ", got: " + options.maxTokens());
    }
    NDManager manager = BertEmbedder.managerOf(model.encoder());
    MessageDigest digest = Fingerprints.sha256();
    try (InputStream stream = new DigestInputStream(tokenizer.open(), digest)) {
      PairTokenizer pairs = PairTokenizer.read(stream, options.maxTokens());
      String weights =
          BertEmbedder.fingerprint(
              model.encoder(),
              Map.of(
                  "classifier.weight", model.classifier().weight(),
                  "classifier.bias", model.classifier().bias()));
      String fingerprint =
          Fingerprints.of(
              weights, Fingerprints.hex(digest), SCORING_RULE, "maxTokens " + options.maxTokens());
      return new CrossEncoderModel(model, options, pairs, manager, "cross-encoder:" + fingerprint);
    } catch (IOException | RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  /** {@code cross-encoder:} and a hex SHA-256 of weights, attention, tokenizer and length limit. */
  @Override
  public String fingerprint() {
    return fingerprint;
  }

  /** Pairs whose document was cut so far. */
  public long truncatedDocuments() {
    return truncations.documents();
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if a query leaves no room for a document
   * @throws IllegalStateException if a score is NaN or infinite, naming query and document
   */
  @Override
  public float[][] score(List<String> queries, List<String> documents) {
    float[][] scores = new float[queries.size()][documents.size()];
    List<Pair> pairs = new ArrayList<>();
    for (int query = 0; query < queries.size(); query++) {
      for (int document = 0; document < documents.size(); document++) {
        TokenizedPair tokens = tokenizer.tokenize(queries.get(query), documents.get(document));
        pairs.add(new Pair(query, document, tokens));
        if (pairs.size() == CHUNK_PAIRS) {
          scoreChunk(pairs, queries, documents, scores);
          pairs.clear();
        }
      }
    }
    scoreChunk(pairs, queries, documents, scores);
    return scores;
  }

  private void scoreChunk(
      List<Pair> pairs, List<String> queries, List<String> documents, float[][] scores) {
    for (Pair pair : pairs) {
      truncations.add(
          documents.get(pair.document), pair.tokens.fullLength(), pair.tokens.ids().length);
    }
    List<List<Pair>> distinct = distinctByLength(pairs);
    int from = 0;
    for (int to = 1; to <= distinct.size(); to++) {
      // The next pair would be the longest, and all others padded to it.
      if (to == distinct.size()
          || (to + 1 - from) * tokens(distinct.get(to)).ids().length > options.batchTokens()) {
        scoreBatch(distinct.subList(from, to), queries, documents, scores);
        from = to;
      }
    }
  }

  /** Pairs that the model cannot tell apart go together, and so score alike in every bit. */
  private static List<List<Pair>> distinctByLength(List<Pair> pairs) {
    List<Pair> sorted = new ArrayList<>(pairs);
    sorted.sort(
        Comparator.comparingInt((Pair pair) -> pair.tokens.ids().length)
            .thenComparing(pair -> pair.tokens.ids(), Arrays::compare)
            .thenComparing(pair -> pair.tokens.types(), Arrays::compare));
    List<List<Pair>> groups = new ArrayList<>();
    for (Pair pair : sorted) {
      List<Pair> last = groups.isEmpty() ? List.of() : groups.get(groups.size() - 1);
      if (!last.isEmpty()
          && Arrays.equals(tokens(last).ids(), pair.tokens.ids())
          && Arrays.equals(tokens(last).types(), pair.tokens.types())) {
        last.add(pair);
      } else {
        groups.add(new ArrayList<>(List.of(pair)));
      }
    }
    return groups;
  }

  private static TokenizedPair tokens(List<Pair> group) {
    return group.get(0).tokens;
  }

  private void scoreBatch(
      List<List<Pair>> batch, List<String> queries, List<String> documents, float[][] scores) {
    int longest = tokens(batch.get(batch.size() - 1)).ids().length;
    long[] ids = new long[batch.size() * longest];
    long[] types = new long[ids.length];
    List<TokenSpan> spans = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      TokenizedPair tokens = tokens(batch.get(i));
      System.arraycopy(tokens.ids(), 0, ids, i * longest, tokens.ids().length);
      System.arraycopy(tokens.types(), 0, types, i * longest, tokens.ids().length);
      spans.add(tokens.span());
    }
    float[] batchScores;
    try (NDManager scratch = manager.newSubManager()) {
      Shape shape = new Shape(batch.size(), longest);
      NDArray array =
          model.score(
              new ParameterStore(scratch, false),
              scratch.create(ids, shape),
              scratch.create(types, shape),
              spans,
              false);
      batchScores = array.toFloatArray();
    }
    for (int i = 0; i < batchScores.length; i++) {
      for (Pair pair : batch.get(i)) {
        FiniteScores.require(batchScores[i], queries.get(pair.query), documents.get(pair.document));
        scores[pair.query][pair.document] = batchScores[i];
      }
    }
  }

  @Override
  public void close() {
    tokenizer.close();
    manager.close();
  }

  private record Pair(int query, int document, TokenizedPair tokens) {}
}
