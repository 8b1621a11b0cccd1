package io.curlew.attention.scoring;

import io.curlew.attention.bert.BertEncoder;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Encodes texts into token vectors with a text-embedding model in ONNX form, such as MiniLM, run by
 * DJL's ONNX Runtime engine, or with a {@link BertEncoder} in PyTorch.
 *
 * <p>An ONNX model must take {@code input_ids}, {@code attention_mask} and {@code token_type_ids},
 * each int64 (1, tokens), and give (1, tokens, dimension) as its first output. Each model call
 * takes one text on one core; {@link LateInteractionOptions#threads()} calls run side by side. So
 * an encoding depends on its text alone, which batches of a dynamically quantised model do not
 * grant, and no time goes into padding.
 *
 * <p>Safe from several threads; calls share the worker threads. A caller that is interrupted gets a
 * {@link CancellationException}. Cost, int8 MiniLM on two AVX2 cores without VNNI: 2.6 ms a text of
 * 18 tokens, 10.5 ms one of 95.
 *
 * <p>Not for models that score a pair jointly: see {@link CrossEncoderModel}.
 */
public final class TokenEncoder implements AutoCloseable {

  private final LateInteractionOptions options;
  private final TextTokenizer tokenizer;
  private final TokenEmbedder model;
  private final WorkerPool pool;
  private final EncodingCache cache;
  private final String fingerprint;
  private final TruncationCount truncations;

  private TokenEncoder(
      LateInteractionOptions options,
      TextTokenizer tokenizer,
      TokenEmbedder model,
      String fingerprint) {
    this.options = options;
    this.tokenizer = tokenizer;
    this.model = model;
    this.fingerprint = fingerprint;
    this.truncations = new TruncationCount(options.truncationListener());
    this.pool = new WorkerPool(options.threads(), "token-encoder");
    this.cache = new EncodingCache(options.cacheBytes());
  }

  /**
   * Loads a model and its tokenizer. Each source is opened, read to its end and closed once.
   *
   * @param model an ONNX file
   * @param tokenizer a Hugging Face {@code tokenizer.json}
   * @throws IOException if a file cannot be read or the model cannot be loaded
   */
  public static TokenEncoder open(
      InputStreamSource model, InputStreamSource tokenizer, LateInteractionOptions options)
      throws IOException {
    return open(model, tokenizer, null, options);
  }

  /**
   * The same, with somebody else for long texts.
   *
   * @param longTexts closed with this, but not if this cannot be opened; the encoder's longest
   *     sequence is at least the options' {@code modelTokens}
   * @throws IllegalArgumentException if that encoder has no weights, or takes fewer tokens than the
   *     options say
   */
  public static TokenEncoder open(
      InputStreamSource model,
      InputStreamSource tokenizer,
      @Nullable LongTexts longTexts,
      LateInteractionOptions options)
      throws IOException {
    String longReader = "";
    if (longTexts != null) {
      requireLongEnough(longTexts.encoder(), options);
      BertEmbedder.requireWeights(longTexts.encoder());
      longReader =
          ", above "
              + longTexts.above()
              + " tokens by "
              + BertEmbedder.fingerprint(longTexts.encoder(), Map.of());
    }
    MessageDigest tokenizerDigest = Fingerprints.sha256();
    MessageDigest modelDigest = Fingerprints.sha256();
    TextTokenizer openTokenizer;
    try (InputStream stream = new DigestInputStream(tokenizer.open(), tokenizerDigest)) {
      openTokenizer = TextTokenizer.read(stream, options);
    }
    try (InputStream stream = new DigestInputStream(model.open(), modelDigest)) {
      EmbeddingModel openModel = EmbeddingModel.read(stream, options.threads());
      String fingerprint =
          Fingerprints.of(
              Fingerprints.hex(modelDigest),
              Fingerprints.hex(tokenizerDigest),
              "one text per call" + longReader,
              "maxDocumentTokens " + options.maxDocumentTokens());
      TokenEmbedder embedder =
          longTexts == null ? openModel : new LongTextEmbedder(openModel, longTexts);
      return new TokenEncoder(options, openTokenizer, embedder, fingerprint);
    } catch (IOException | RuntimeException e) {
      openTokenizer.close();
      throw e;
    }
  }

  /**
   * An encoder on blocks of this project, in PyTorch: its layers may attend by Nystrom's method,
   * and its table of positions may be extended, so that long documents are read whole. Reads all
   * weights once, for the fingerprint.
   *
   * @param encoder with weights, which must not change and are not closed by this
   * @param tokenizer a Hugging Face {@code tokenizer.json}
   * @param options of which {@code modelTokens} is at most the encoder's longest sequence
   * @throws IllegalArgumentException if the encoder has no weights, or takes fewer tokens than the
   *     options say
   * @throws IOException if the tokenizer cannot be read
   */
  public static TokenEncoder open(
      BertEncoder encoder, InputStreamSource tokenizer, LateInteractionOptions options)
      throws IOException {
    requireLongEnough(encoder, options);
    TokenEmbedder embedder = new BertEmbedder(encoder);
    MessageDigest digest = Fingerprints.sha256();
    try (InputStream stream = new DigestInputStream(tokenizer.open(), digest)) {
      TextTokenizer openTokenizer = TextTokenizer.read(stream, options);
      String fingerprint =
          Fingerprints.of(
              BertEmbedder.fingerprint(encoder, Map.of()),
              Fingerprints.hex(digest),
              "one text per call",
              "maxDocumentTokens " + options.maxDocumentTokens());
      return new TokenEncoder(options, openTokenizer, embedder, fingerprint);
    } catch (IOException | RuntimeException e) {
      embedder.close();
      throw e;
    }
  }

  private static void requireLongEnough(BertEncoder encoder, LateInteractionOptions options) {
    int longest = encoder.config().maxPositions();
    if (options.modelTokens() > longest) {
      throw new IllegalArgumentException(
          "modelTokens must be at most the encoder's "
              + longest
              + ", got: "
              + options.modelTokens());
    }
  }

  /**
   * Encodes texts, each distinct one once.
   *
   * @return one encoding per text, in their order
   * @throws IllegalArgumentException if a query has more tokens than the model takes
   * @throws IllegalStateException if the encoder is closed or the model fails
   */
  public List<EncodedText> encode(TextRole role, List<String> texts) {
    Set<String> distinct = new LinkedHashSet<>(texts);
    Map<String, EncodedText> encoded = HashMap.newHashMap(distinct.size());
    List<String> missing = new ArrayList<>();
    for (String text : distinct) {
      EncodedText known = cache.get(role, text);
      if (known == null) {
        missing.add(text);
      } else {
        encoded.put(text, known);
      }
    }
    List<EncodedText> fresh = encodeAll(role, missing);
    for (int i = 0; i < missing.size(); i++) {
      encoded.put(missing.get(i), fresh.get(i));
      cache.put(role, missing.get(i), fresh.get(i));
    }
    List<EncodedText> result = new ArrayList<>(texts.size());
    for (String text : texts) {
      result.add(encoded.get(text));
    }
    return result;
  }

  private List<EncodedText> encodeAll(TextRole role, List<String> texts) {
    TokenizedText[] tokenized = new TokenizedText[texts.size()];
    EncodedText[] encoded = new EncodedText[texts.size()];
    pool.forEach(
        encoded.length,
        index -> {
          String text = texts.get(index);
          tokenized[index] = tokenizer.tokenize(role, text);
          encoded[index] =
              EncodedText.of(
                  model.embed(text, tokenized[index].ids()),
                  tokenized[index].special(),
                  tokenized[index].fullLength());
        });
    for (int index = 0; index < encoded.length; index++) {
      TokenizedText tokens = tokenized[index];
      truncations.add(texts.get(index), tokens.fullLength(), tokens.ids().length);
    }
    return List.of(encoded);
  }

  /**
   * The whole-text vectors of texts, for a dense first stage. They come out of the same model calls
   * and the same cache as the token vectors.
   *
   * @return one L2-normalised vector per text: {@code [texts][dimension]}
   * @throws IllegalStateException if a value is NaN or infinite, naming the text
   */
  public float[][] pooled(TextRole role, List<String> texts) {
    return pooledTexts(role, texts).stream().map(PooledText::vector).toArray(float[][]::new);
  }

  /**
   * The same, with how much of each text was read.
   *
   * @throws IllegalStateException as {@link #pooled}
   */
  public List<PooledText> pooledTexts(TextRole role, List<String> texts) {
    List<PooledText> pooled = new ArrayList<>(texts.size());
    int chunk = chunkSize();
    for (int from = 0; from < texts.size(); from += chunk) {
      List<String> some = texts.subList(from, Math.min(texts.size(), from + chunk));
      List<EncodedText> encoded = encode(role, some);
      for (int i = 0; i < encoded.size(); i++) {
        EncodedText text = encoded.get(i);
        pooled.add(
            new PooledText(finite(text.pooled(), some.get(i)), text.wholeTokens(), text.tokens()));
      }
    }
    return pooled;
  }

  private static float[] finite(float[] vector, String text) {
    for (float value : vector) {
      if (!Float.isFinite(value)) {
        throw new IllegalStateException(
            "a text vector must be finite, got: " + value + " for " + TextTokenizer.quote(text));
      }
    }
    return vector;
  }

  /** How many documents to encode at a time so that their token vectors take bounded memory. */
  int chunkSize() {
    return Math.max(1, CHUNK_TOKENS / options.maxDocumentTokens());
  }

  /** Token vectors held at a time: with 384 values each, 50 MB. */
  private static final int CHUNK_TOKENS = 32_768;

  /**
   * Documents that were cut so far. One that is encoded again, after it has left the cache, is
   * counted again.
   */
  public long truncatedDocuments() {
    return truncations.documents();
  }

  /** Tokens that the documents counted by {@link #truncatedDocuments()} lost. */
  public long droppedTokens() {
    return truncations.droppedTokens();
  }

  /**
   * Hex SHA-256 over all that encodings depend on: model file, tokenizer file and document limit.
   * Not over threads and cache.
   */
  public String fingerprint() {
    return fingerprint;
  }

  /** The threads that encode; scoring shares them. */
  WorkerPool pool() {
    return pool;
  }

  /** Waits for running calls, then frees the model. Later calls fail. */
  @Override
  public void close() {
    pool.close();
    model.close();
    tokenizer.close();
  }
}
