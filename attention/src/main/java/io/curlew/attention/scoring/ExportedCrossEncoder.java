package io.curlew.attention.scoring;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.translator.CrossEncoderTranslator;
import ai.djl.util.StringPair;
import io.curlew.cur.model.InteractionModel;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;

/**
 * Scores pairs by a cross-encoder that was exported for sequence classification with one label, as
 * ONNX or TorchScript, through DJL's {@link CrossEncoderTranslator}. Scores are the raw logits,
 * without DJL's sigmoid: that would squeeze the best documents together.
 *
 * <p>Every call of the model takes one pair, so that a score depends on its pair alone, whatever
 * the model's arithmetic; calls run side by side, one to a thread. The query is never cut: one that
 * leaves no room for a document is an error. A document is cut where the pair is longer than {@link
 * CrossEncoderOptions#maxTokens()}, which is counted and reported. Safe from several threads.
 */
public final class ExportedCrossEncoder implements InteractionModel {

  /** In the fingerprint of a model of which nothing is known but its files. */
  public static final String NAME = "exported";

  /** Part of the fingerprint; to be raised with every change that moves scores. */
  private static final String SCORING_RULE = "exported cross-encoder 1: raw logit, one pair a call";

  private final PairTokenizer counter;
  private final HuggingFaceTokenizer tokenizer;
  private final PredictorPool<StringPair, float[]> predictors;
  private final WorkerPool pool;
  private final String fingerprint;
  private final TruncationCount truncations;

  private ExportedCrossEncoder(
      CrossEncoderOptions options,
      PairTokenizer counter,
      HuggingFaceTokenizer tokenizer,
      Model model,
      boolean segments,
      String fingerprint)
      throws IOException {
    this.counter = counter;
    this.tokenizer = tokenizer;
    this.fingerprint = fingerprint;
    this.truncations = new TruncationCount(options.truncationListener());
    CrossEncoderTranslator translator =
        CrossEncoderTranslator.builder(tokenizer)
            .optIncludeTokenTypes(segments)
            .optSigmoid(false)
            .build();
    this.predictors = new PredictorPool<>(model, translator, options.threads(), "score every pair");
    this.pool = new WorkerPool(options.threads(), "curlew-cross-encoder");
  }

  /**
   * Loads an export; {@link #close()} frees it.
   *
   * @param name in the fingerprint, for readers
   * @param format of the model
   * @param file the model
   * @param tokenizer a Hugging Face {@code tokenizer.json}
   * @throws IOException if a file cannot be read or the model cannot be loaded
   */
  public static ExportedCrossEncoder open(
      String name,
      ExportFormat format,
      InputStreamSource file,
      InputStreamSource tokenizer,
      CrossEncoderOptions options)
      throws IOException {
    MessageDigest tokenizerDigest = Fingerprints.sha256();
    MessageDigest modelDigest = Fingerprints.sha256();
    PairTokenizer counter;
    try (InputStream stream = new DigestInputStream(tokenizer.open(), tokenizerDigest)) {
      counter = PairTokenizer.read(stream, options.maxTokens());
    }
    Model model = Model.newInstance(name, format.engine());
    HuggingFaceTokenizer pairs = null;
    try (InputStream json = tokenizer.open();
        InputStream stream = new DigestInputStream(file.open(), modelDigest)) {
      pairs =
          HuggingFaceTokenizer.newInstance(
              json,
              Map.of(
                  "truncation", "only_second",
                  "maxLength", Integer.toString(options.maxTokens()),
                  "padding", "false",
                  "addSpecialTokens", "true"));
      format.load(model, stream);
      stream.transferTo(java.io.OutputStream.nullOutputStream());
      String fingerprint =
          Fingerprints.of(
              Fingerprints.hex(modelDigest),
              Fingerprints.hex(tokenizerDigest),
              SCORING_RULE,
              "maxTokens " + options.maxTokens());
      return new ExportedCrossEncoder(
          options,
          counter,
          pairs,
          model,
          format.wantsSegments(model, counter),
          name + ":" + fingerprint);
    } catch (MalformedModelException e) {
      free(counter, pairs, model);
      throw new IOException("the model must be a file that " + format.engine() + " can load", e);
    } catch (IOException | RuntimeException e) {
      free(counter, pairs, model);
      throw e;
    }
  }

  private static void free(
      PairTokenizer counter,
      @org.jspecify.annotations.Nullable HuggingFaceTokenizer pairs,
      Model model) {
    counter.close();
    if (pairs != null) {
      pairs.close();
    }
    model.close();
  }

  /** The name and a hex SHA-256 of model file, tokenizer file, length limit and scoring rule. */
  @Override
  public String fingerprint() {
    return fingerprint;
  }

  /** Pairs that were scored so far. */
  public long scoredPairs() {
    return truncations.read();
  }

  /** Pairs whose document was cut so far. */
  public long truncatedDocuments() {
    return truncations.documents();
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if a query leaves no room for a document
   * @throws IllegalStateException if a score is NaN or infinite, naming query and document, or the
   *     model is closed
   */
  @Override
  public float[][] score(List<String> queries, List<String> documents) {
    float[][] scores = new float[queries.size()][documents.size()];
    int pairs = Math.multiplyExact(queries.size(), documents.size());
    pool.forEach(
        pairs,
        pair -> {
          int query = pair / documents.size();
          int document = pair % documents.size();
          scores[query][document] = score(queries.get(query), documents.get(document));
        });
    return scores;
  }

  private float score(String query, String document) {
    TokenizedPair pair = counter.tokenize(query, document);
    truncations.add(document, pair.fullLength(), pair.ids().length);
    float[] logits = predictors.predict(new StringPair(query, document), document);
    if (logits.length != 1) {
      throw new IllegalStateException("a cross-encoder must have 1 label, got: " + logits.length);
    }
    FiniteScores.require(logits[0], query, document);
    return logits[0];
  }

  @Override
  public void close() {
    pool.close();
    predictors.close();
    tokenizer.close();
    counter.close();
  }
}
