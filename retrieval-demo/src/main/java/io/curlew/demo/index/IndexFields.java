package io.curlew.demo.index;

import io.curlew.attention.scoring.LateInteractionModel;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.IncompatibleIndexException;
import io.curlew.cur.model.InteractionModel;
import io.curlew.demo.console.BadInputException;
import io.curlew.lucene.ComputedField;
import io.curlew.lucene.CurSchema;
import io.curlew.lucene.DocumentText;
import io.curlew.lucene.Feature;
import io.curlew.lucene.StoredTokenVectors;
import io.curlew.lucene.TextEmbedder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.jspecify.annotations.Nullable;

/**
 * The fields of an index, which are kept with it: in the user data of its commit.
 *
 * @param id the external id, or null if there is none
 * @param texts stored and indexed: what the model reads, and where words are looked for
 * @param anchors anchor rows
 * @param dense vectors of the late-interaction encoder
 * @param tokens vectors of each token by the same encoder, or null where they are not stored
 * @param analyzerName what the texts were indexed with, one of {@link #ANALYZERS}
 */
public record IndexFields(
    @Nullable String id,
    List<String> texts,
    String anchors,
    String dense,
    @Nullable String tokens,
    String analyzerName) {

  /** Analyzers by name. */
  public static final List<String> ANALYZERS = List.of("standard", "english", "whitespace");

  /** Of an index that was made of a data set. */
  static final IndexFields DEFAULT =
      new IndexFields(
          CurSchema.DEFAULT.id(),
          List.of(CurSchema.DEFAULT.text()),
          CurSchema.DEFAULT.anchors(),
          CurSchema.DEFAULT.dense(),
          /* tokens= */ null,
          "english");

  private static final String KEY = "curlew.field.";

  public IndexFields {
    texts = List.copyOf(texts);
    if (texts.isEmpty() || texts.stream().anyMatch(String::isBlank)) {
      throw new BadInputException("--text must name stored fields, got: " + texts);
    }
    if (!ANALYZERS.contains(analyzerName)) {
      throw new BadInputException(
          "--analyzer must be one of " + ANALYZERS + ", got: " + analyzerName);
    }
  }

  /** Fields of an index that exists, with new ones for rows and vectors. */
  public static IndexFields ofExisting(
      @Nullable String id, List<String> texts, String analyzerName) {
    return new IndexFields(id, texts, "curlew.anchors", "curlew.dense", null, analyzerName);
  }

  /** The same with token vectors, in a field that is named after that of the dense ones. */
  public IndexFields withTokens() {
    return new IndexFields(id, texts, anchors, dense, dense + ".tokens", analyzerName);
  }

  /** What an index says of itself. */
  static IndexFields of(Map<String, String> userData) {
    String texts = userData.get(KEY + "text");
    if (texts == null) {
      return DEFAULT;
    }
    return new IndexFields(
        userData.get(KEY + "id"),
        List.of(texts.split(",")),
        userData.getOrDefault(KEY + "anchors", DEFAULT.anchors),
        userData.getOrDefault(KEY + "dense", DEFAULT.dense),
        userData.get(KEY + "tokens"),
        userData.getOrDefault("curlew.analyzer", DEFAULT.analyzerName));
  }

  Map<String, String> userData() {
    Map<String, String> data = new HashMap<>();
    if (id != null) {
      data.put(KEY + "id", id);
    }
    data.put(KEY + "text", String.join(",", texts));
    data.put(KEY + "anchors", anchors);
    data.put(KEY + "dense", dense);
    if (tokens != null) {
      data.put(KEY + "tokens", tokens);
    }
    data.put("curlew.analyzer", analyzerName);
    return data;
  }

  /** As the library names them; its text is the first. */
  public CurSchema schema() {
    return new CurSchema(id, texts.getFirst(), anchors, dense);
  }

  /** What the model reads. */
  DocumentText text() {
    return DocumentText.stored(texts.toArray(String[]::new));
  }

  /**
   * Anchor rows, and token vectors where they are stored.
   *
   * @param model of the anchors
   * @param encoder of the token vectors, the same model
   */
  ComputedField rows(AnchorSet anchors, InteractionModel model, LateInteractionModel encoder)
      throws IncompatibleIndexException {
    return tokens == null
        ? ComputedField.anchorRows(this.anchors, anchors, model)
        : new StoredTokenVectors(tokens, encoder).withRows(this.anchors, anchors);
  }

  /** The analyzer of the texts. */
  public Analyzer analyzer() {
    return switch (analyzerName) {
      case "english" -> new EnglishAnalyzer();
      case "whitespace" -> new WhitespaceAnalyzer();
      default -> new StandardAnalyzer();
    };
  }

  /** The features of a first stage by name: BM25, dense retrieval, or both. */
  List<Feature> features(String firstStage, TextEmbedder embedder) {
    CurlewIndex.checkFirstStage(firstStage);
    Feature bm25 = Feature.bm25(texts, analyzer());
    Feature dense = Feature.dense(this.dense, embedder);
    return switch (firstStage) {
      case Feature.BM25 -> List.of(bm25);
      case Feature.DENSE -> List.of(dense);
      default -> List.of(bm25, dense);
    };
  }
}
