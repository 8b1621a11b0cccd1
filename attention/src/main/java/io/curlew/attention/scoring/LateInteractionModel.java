package io.curlew.attention.scoring;

import io.curlew.attention.bert.BertEncoder;
import io.curlew.cur.model.TokenVectorModel;
import io.curlew.cur.model.TokenVectors;
import java.io.IOException;
import java.util.List;

/**
 * Scores pairs by {@link MaxSim} over the token vectors of a text-embedding model: late interaction
 * (Khattab and Zaharia, ColBERT, 2020) with an encoder that need not have been trained for it.
 *
 * <p>Each distinct text of a call is encoded once, so {@code q} queries against {@code d} documents
 * cost {@code q + d} model calls and then arithmetic. Queries' encodings are held for the whole
 * call; documents are encoded in chunks, scored and dropped, so any number of them takes bounded
 * memory beside the result. Queries are never cut: one that is longer than the model's limit is an
 * error. Documents are cut at {@link LateInteractionOptions#maxDocumentTokens()}; {@link
 * #encoder()} counts them.
 *
 * <p>Scores lie in [-1, 1] and depend on their pair alone. Those of an int8 model may differ by a
 * little between kinds of processor.
 */
public final class LateInteractionModel implements TokenVectorModel {

  /** Part of the fingerprint; to be raised with every change that moves scores. */
  private static final String SCORING_RULE =
      "maxsim 1: mean over content query tokens of max cosine over all document tokens";

  private final TokenEncoder encoder;
  private final String fingerprint;

  private LateInteractionModel(TokenEncoder encoder) {
    this.encoder = encoder;
    this.fingerprint = "late-interaction:" + Fingerprints.of(encoder.fingerprint(), SCORING_RULE);
  }

  /**
   * Loads a model and its tokenizer; {@link #close()} frees them.
   *
   * @param model an ONNX file, as {@link TokenEncoder} describes it
   * @param tokenizer a Hugging Face {@code tokenizer.json}
   * @throws IOException if a file cannot be read or the model cannot be loaded
   */
  public static LateInteractionModel open(
      InputStreamSource model, InputStreamSource tokenizer, LateInteractionOptions options)
      throws IOException {
    return new LateInteractionModel(TokenEncoder.open(model, tokenizer, options));
  }

  /**
   * The same, with somebody else for long texts; see {@link TokenEncoder}.
   *
   * @throws IOException if a file cannot be read or the model cannot be loaded
   */
  public static LateInteractionModel open(
      InputStreamSource model,
      InputStreamSource tokenizer,
      LongTexts longTexts,
      LateInteractionOptions options)
      throws IOException {
    return new LateInteractionModel(TokenEncoder.open(model, tokenizer, longTexts, options));
  }

  /**
   * Scores with an encoder in PyTorch, whose layers may attend by Nystrom's method and which may
   * take more than 512 tokens, so that long documents are read whole; see {@link
   * TokenEncoder#open(BertEncoder, InputStreamSource, LateInteractionOptions)}.
   *
   * @throws IOException if the tokenizer cannot be read
   */
  public static LateInteractionModel open(
      BertEncoder encoder, InputStreamSource tokenizer, LateInteractionOptions options)
      throws IOException {
    return new LateInteractionModel(TokenEncoder.open(encoder, tokenizer, options));
  }

  /** {@code late-interaction:} and a hex SHA-256 of files, document limit and scoring rule. */
  @Override
  public String fingerprint() {
    return fingerprint;
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if a query has no token but the special ones, or more than the
   *     model takes
   * @throws IllegalStateException if a score is NaN or infinite, naming query and document, or the
   *     model is closed
   */
  @Override
  public float[][] score(List<String> queries, List<String> documents) {
    float[][] scores = new float[queries.size()][documents.size()];
    if (queries.isEmpty() || documents.isEmpty()) {
      return scores;
    }
    PackedQueries packed = PackedQueries.of(encoded(queries));
    int chunk = encoder.chunkSize();
    for (int from = 0; from < documents.size(); from += chunk) {
      List<String> some = documents.subList(from, Math.min(documents.size(), from + chunk));
      List<EncodedText> encoded = encoder.encode(TextRole.DOCUMENT, some);
      MaxSim.score(packed, encoded, encoder.pool(), scores, from);
    }
    requireFinite(scores, queries, documents);
    return scores;
  }

  /**
   * {@inheritDoc} All of them, special tokens included: 1.5 KB a token of 384 values.
   *
   * @throws IllegalStateException if the model is closed
   */
  @Override
  public TokenVectors encode(List<String> documents) {
    return EncodedText.concatenate(encoder.encode(TextRole.DOCUMENT, documents));
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if a query has no token but the special ones, or more than the
   *     model takes
   */
  @Override
  public EncodedQueries encodeQueries(List<String> queries) {
    PackedQueries packed = PackedQueries.of(encoded(queries));
    return documents -> MaxSim.score(packed, documents, encoder.pool());
  }

  private List<EncodedText> encoded(List<String> queries) {
    List<EncodedText> encoded = encoder.encode(TextRole.QUERY, queries);
    for (int query = 0; query < encoded.size(); query++) {
      if (encoded.get(query).contentTokens() == 0) {
        throw new IllegalArgumentException(
            "a query must have at least 1 token that is not special, got: 0 in "
                + TextTokenizer.quote(queries.get(query)));
      }
    }
    return encoded;
  }

  private static void requireFinite(
      float[][] scores, List<String> queries, List<String> documents) {
    for (int query = 0; query < scores.length; query++) {
      for (int document = 0; document < scores[query].length; document++) {
        FiniteScores.require(scores[query][document], queries.get(query), documents.get(document));
      }
    }
  }

  /**
   * The encoder, for whole-text vectors ({@link TokenEncoder#pooled}) and counts of cut documents.
   * It shares cache and threads with this model and is closed by it.
   */
  public TokenEncoder encoder() {
    return encoder;
  }

  @Override
  public void close() {
    encoder.close();
  }
}
