package io.curlew.demo.index;

import io.curlew.attention.scoring.LateInteractionOptions;
import io.curlew.cur.model.InteractionModel;
import io.curlew.cur.model.PassageModel;
import io.curlew.cur.model.Passages;
import io.curlew.demo.console.BadInputException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the documents of an index are read, which is kept with it: in the user data of its commit.
 *
 * @param maxTokens late interaction cuts a text at so many tokens, special tokens included
 * @param passages whether long documents are read as overlapping passages, of which the best one
 *     scores
 * @param attention how late interaction reads texts of more than 512 tokens: {@value #EXACT}, not
 *     at all; {@value #NYSTROM}, by the encoder that is shipped for them; or a file of {@code
 *     curlew distill}
 */
public record DocumentReading(int maxTokens, boolean passages, String attention) {

  public static final String EXACT = "exact";
  public static final String NYSTROM = "nystrom";

  /** Of an index that says nothing, as those before there was a choice. */
  public static final DocumentReading DEFAULT =
      new DocumentReading(128, /* passages= */ false, EXACT);

  private static final int FEWEST_TOKENS = 3; // two of them are special

  /** That the shipped model takes, and reads exactly whatever the attention is. */
  static final int EXACT_TOKENS = 512;

  private static final int NYSTROM_TOKENS = 8192;

  /**
   * That Nystrom attention reads unless told otherwise: so long were texts that it was measured on.
   */
  private static final int NYSTROM_DEFAULT = 4096;

  /** Technical text has up to so many tokens a word. */
  private static final int TOKENS_A_WORD = 2;

  /** A passage shares so much of its words, one part of this many, with the next one. */
  private static final int OVERLAP = 4;

  /** Token vectors of so many documents of 128 tokens fit into the encoder's cache. */
  private static final int CACHED = 512;

  /** As many passages may a long document have. */
  private static final int MANY_PASSAGES = 8;

  private static final String MAX_TOKENS_KEY = "curlew.max.tokens";
  private static final String PASSAGES_KEY = "curlew.passages";
  private static final String ATTENTION_KEY = "curlew.attention";

  /**
   * Checks the limit.
   *
   * @throws BadInputException if the model cannot read so
   */
  public DocumentReading {
    int most = attention.equals(EXACT) ? EXACT_TOKENS : NYSTROM_TOKENS;
    if (maxTokens < FEWEST_TOKENS || maxTokens > most) {
      throw new BadInputException(
          "--max-tokens must be between "
              + FEWEST_TOKENS
              + " and "
              + most
              + " with --attention "
              + attention
              + ", got: "
              + maxTokens);
    }
  }

  /**
   * As it is asked for: Nystrom attention reads all that it can unless told otherwise.
   *
   * @param maxTokens or null
   * @param attention or null for exact
   */
  public static DocumentReading of(
      @Nullable Integer maxTokens, boolean passages, @Nullable String attention) {
    String kind = attention == null ? EXACT : attention;
    int most = kind.equals(EXACT) || passages ? DEFAULT.maxTokens : NYSTROM_DEFAULT;
    return new DocumentReading(maxTokens == null ? most : maxTokens, passages, kind);
  }

  /** What an index says of itself. */
  static DocumentReading of(Map<String, String> userData) {
    String tokens = userData.get(MAX_TOKENS_KEY);
    return new DocumentReading(
        tokens == null ? DEFAULT.maxTokens : Integer.parseInt(tokens),
        Boolean.parseBoolean(userData.get(PASSAGES_KEY)),
        userData.getOrDefault(ATTENTION_KEY, EXACT));
  }

  Map<String, String> userData() {
    return Map.of(
        MAX_TOKENS_KEY,
        Integer.toString(maxTokens),
        PASSAGES_KEY,
        Boolean.toString(passages),
        ATTENTION_KEY,
        attention);
  }

  /** Late interaction that reads so. */
  public LateInteractionOptions options() {
    return LateInteractionOptions.defaults()
        .withModelTokens(Math.max(EXACT_TOKENS, maxTokens))
        .withMaxDocumentTokens(maxTokens);
  }

  /** A model that is given documents as they are read; closed, it closes the model. */
  public InteractionModel model(InteractionModel model) {
    return passages ? new PassageModel(model, cut().words(), cut().overlap()) : model;
  }

  /** Checks that token vectors may be stored, if they are to be. */
  void checkStored(boolean tokens) {
    if (tokens && passages) {
      throw new BadInputException(
          "--store-tokens must be given without --passages: token vectors of all passages are not"
              + " those of the best one");
    }
  }

  /** The texts that are read of a document, at least one. */
  List<String> texts(String document) {
    return passages ? cut().of(document) : List.of(document);
  }

  /** Passages that are rarely longer than the limit. */
  private Passages cut() {
    int words = Math.max(1, maxTokens / TOKENS_A_WORD);
    return new Passages(words, words / OVERLAP);
  }

  /**
   * Documents to be scored together, so that their vectors are made of the encodings that their
   * anchor rows have left in the cache.
   */
  int batch() {
    int fitting = Math.min(CACHED, CACHED * DEFAULT.maxTokens / maxTokens);
    return passages ? fitting / MANY_PASSAGES : fitting;
  }

  /** What to do about documents that are cut. */
  String hint() {
    if (passages) {
      return "";
    }
    if (!attention.equals(EXACT)) {
      return maxTokens < NYSTROM_TOKENS
          ? "; --max-tokens N, at most " + NYSTROM_TOKENS + ", reads more of them"
          : "; --passages reads all of them";
    }
    return maxTokens < EXACT_TOKENS
        ? "; --max-tokens N, at most " + EXACT_TOKENS + ", reads more of them, --passages all"
        : "; --passages reads all of them";
  }
}
