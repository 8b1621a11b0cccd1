package io.curlew.demo.rivals;

import io.curlew.attention.scoring.EncodedText;
import io.curlew.attention.scoring.MaxSim;
import io.curlew.attention.scoring.TextRole;
import io.curlew.attention.scoring.TokenEncoder;
import io.curlew.cur.SearchMethod;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.SearchResult;
import io.curlew.cur.SearchSpace;
import io.curlew.demo.console.Progress;
import io.curlew.demo.index.CurlewIndex;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Late interaction by one vector for a text, learned for the index (LEMUR): a network makes {@link
 * TokenFeatures} of a query's token, of which its MaxSim with any document is nearly a linear
 * function; so the score of a document is the product of its weights and the query's mean features.
 * The best by that product are re-ranked. E. Jaasaari, V. Hyvonen, T. Roos, "LEMUR: learned
 * multi-vector retrieval", ICML 2026, arXiv 2601.21853.
 *
 * <p>Ours is smaller: {@value #FEATURES} features where the paper has up to 2048, trained on
 * {@value #TOKENS} tokens, half of them at most of anchor queries and the others of documents,
 * against {@value #SAMPLE} documents; the same tokens serve the ridge regressions of all documents.
 *
 * <p>Cost of fitting: every document is encoded, which is what {@link #fittingCalls} counts (those
 * of the sample three times if the encoder's cache does not hold them, and the anchor queries are
 * encoded too), and {@value #TOKENS} products for each token of a document. A search encodes its
 * query and multiplies once with each document. Memory: {@value #FEATURES} floats a document.
 */
public final class LemurSearch implements SearchMethod {

  private static final int FEATURES = 512;
  private static final int TOKENS = 4096;
  private static final int SAMPLE = 1024;

  private final TokenEncoder encoder;
  private final TokenFeatures features;
  private final DocumentVectors weights;
  private final long fittingCalls;

  private LemurSearch(
      TokenEncoder encoder, TokenFeatures features, DocumentVectors weights, long fittingCalls) {
    this.encoder = encoder;
    this.features = features;
    this.weights = weights;
    this.fittingCalls = fittingCalls;
  }

  /**
   * Trains the network for the late-interaction model of an index, and computes all documents'
   * weights.
   *
   * @param seed of tokens, sample and network
   */
  public static LemurSearch fit(CurlewIndex index, long seed) throws IOException {
    return fit(index, FEATURES, TOKENS, seed);
  }

  static LemurSearch fit(CurlewIndex index, int size, int tokenCount, long seed)
      throws IOException {
    TokenEncoder encoder = index.lateInteraction().encoder();
    int[] sample = index.searcher().sample(SAMPLE, seed);
    List<String> texts = index.searcher().texts(sample);
    float[][] tokens =
        tokens(encoder, index.anchors().queries(), texts, tokenCount, new Random(seed));
    List<EncodedText> single = new ArrayList<>();
    for (float[] token : tokens) {
      single.add(EncodedText.of(token, new boolean[] {false}));
    }
    float[][] targets = new float[tokens.length][texts.size()];
    for (int from = 0; from < texts.size(); from += DocumentVectors.BLOCK) {
      int to = Math.min(texts.size(), from + DocumentVectors.BLOCK);
      float[][] some =
          MaxSim.score(single, encoder.encode(TextRole.DOCUMENT, texts.subList(from, to)));
      for (int t = 0; t < tokens.length; t++) {
        System.arraycopy(some[t], 0, targets[t], from, to - from);
      }
    }
    TokenFeatures features = TokenFeatureTraining.train(tokens, targets, size, seed);
    DocumentWeights regressions = new DocumentWeights(features, tokens);
    int[] documents = index.searcher().documents();
    try (Progress progress = Progress.start("Weights of documents", documents.length)) {
      DocumentVectors weights =
          DocumentVectors.of(
              documents,
              size + 1,
              some -> {
                List<String> read = index.searcher().texts(some);
                float[][] maxima = MaxSim.score(single, encoder.encode(TextRole.DOCUMENT, read));
                float[][] made = new float[some.length][];
                for (int d = 0; d < some.length; d++) {
                  made[d] = regressions.of(column(maxima, d));
                }
                progress.step(some.length);
                return made;
              });
      return new LemurSearch(encoder, features, weights, documents.length);
    }
  }

  private static float[] column(float[][] rows, int which) {
    float[] column = new float[rows.length];
    for (int i = 0; i < rows.length; i++) {
      column[i] = rows[i][which];
    }
    return column;
  }

  /** Tokens of queries and of documents in random order, of each document as many at most. */
  private static float[][] tokens(
      TokenEncoder encoder,
      List<String> queries,
      List<String> documents,
      int count,
      Random random) {
    List<float[]> tokens = new ArrayList<>();
    for (EncodedText query : encoder.encode(TextRole.QUERY, queries)) {
      Collections.addAll(tokens, TokenFeatures.contentTokens(query));
    }
    Collections.shuffle(tokens, random);
    tokens.subList(Math.min(tokens.size(), count / 2), tokens.size()).clear();
    int perDocument = Math.ceilDiv(count - tokens.size(), documents.size());
    for (int from = 0; from < documents.size(); from += DocumentVectors.BLOCK) {
      int to = Math.min(documents.size(), from + DocumentVectors.BLOCK);
      for (EncodedText document : encoder.encode(TextRole.DOCUMENT, documents.subList(from, to))) {
        List<float[]> own = Arrays.asList(TokenFeatures.contentTokens(document));
        Collections.shuffle(own, random);
        tokens.addAll(own.subList(0, Math.min(perDocument, own.size())));
      }
    }
    Collections.shuffle(tokens, random);
    return tokens.toArray(float[][]::new);
  }

  /** The documents encoded for fitting, each once. */
  public long fittingCalls() {
    return fittingCalls;
  }

  @Override
  public SearchResult search(SearchSpace space, SearchRequest request) throws IOException {
    EncodedText query = encoder.encode(TextRole.QUERY, List.of(request.query())).getFirst();
    float[] estimates = weights.products(features.mean(query));
    return new ListRerank(
            (all, n) -> DocumentVectors.best(all, estimates, d -> false, n).documents())
        .search(space, request);
  }
}
