package io.curlew.demo.evaluate;

import io.curlew.cur.AdaptiveSearch;
import io.curlew.cur.FixedAnchorSearch;
import io.curlew.cur.RerankSearch;
import io.curlew.cur.SearchMethod;
import io.curlew.cur.SearchSpace;
import io.curlew.demo.console.BadInputException;
import io.curlew.demo.console.Progress;
import io.curlew.demo.index.CurlewIndex;
import io.curlew.demo.rivals.AnchorDocuments;
import io.curlew.demo.rivals.AnchorFits;
import io.curlew.demo.rivals.DenseFit;
import io.curlew.demo.rivals.RoundSearch;
import io.curlew.lucene.FirstStage;
import io.curlew.lucene.TextEmbedder;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The methods that an evaluation compares, by name. {@code exact} and {@code maxsim} rank all
 * documents by scores that are known and are no searches.
 */
public final class Methods {

  /** Measured unless others are asked for. */
  public static final List<String> DEFAULT =
      List.of("exact", "rerank-bm25", "rerank-dense", "fixed", "adaptive");

  /** Rivals from the literature and other first stages, beside the default ones. */
  public static final List<String> ALL =
      List.of(
          "exact",
          "rerank-bm25",
          "rerank-dense",
          "rerank-muvera",
          "fixed",
          "fixed-selected",
          "adaptive-published",
          "axn",
          "adaptive",
          "adaptive-muvera");

  /** First stages by exact late interaction, for another model that re-ranks. */
  static final List<String> OTHERS = List.of("maxsim", "rerank-maxsim", "adaptive-maxsim");

  /** Rounds of the published adaptive methods. */
  private static final int PUBLISHED_ROUNDS = 5;

  private final CurlewIndex index;
  private final TextEmbedder embedder;
  private final Map<String, FirstStage> firstStages;
  private final long seed;
  private final Map<Integer, AnchorDocuments> anchorDocuments = new HashMap<>();
  private @Nullable DenseFit denseFit;

  /**
   * Methods on an index.
   *
   * @param firstStages whose scores are known, by name
   */
  Methods(
      CurlewIndex index, TextEmbedder embedder, Map<String, FirstStage> firstStages, long seed) {
    this.index = index;
    this.embedder = embedder;
    this.firstStages = firstStages;
    this.seed = seed;
  }

  static void check(String method) {
    if (!ALL.contains(method) && !OTHERS.contains(method)) {
      throw new BadInputException(
          "method must be one of " + ALL + " or " + OTHERS + ", got: " + method);
    }
  }

  /** The name of the first stage that a method starts from. */
  static String firstStageName(String method) {
    String last = method.substring(method.lastIndexOf('-') + 1);
    return List.of("bm25", "maxsim", "muvera").contains(last) ? last : "dense";
  }

  /** Whether a method reads anchor rows, which cost calls when the index is made. */
  static boolean usesAnchors(String method) {
    return method.startsWith("adaptive") || method.startsWith("fixed");
  }

  FirstStage firstStage(String name) {
    FirstStage known = firstStages.get(name);
    return known == null ? index.firstStage(name, embedder) : known;
  }

  SearchMethod search(String method, int budget) throws IOException {
    return switch (method) {
      case "fixed" -> new FixedAnchorSearch(seed);
      case "fixed-selected" -> fixedSelected(budget);
      case "adaptive-published" ->
          new RoundSearch(
              PUBLISHED_ROUNDS, (space, n) -> space.sample(n, seed), AnchorFits.pseudoInverse());
      case "axn" -> {
        DenseFit fit = denseFit == null ? DenseFit.of(index) : denseFit;
        denseFit = fit;
        yield new RoundSearch(PUBLISHED_ROUNDS, SearchSpace::firstStage, fit);
      }
      case "adaptive", "adaptive-maxsim", "adaptive-muvera" -> new AdaptiveSearch();
      default -> new RerankSearch();
    };
  }

  private SearchMethod fixedSelected(int budget) throws IOException {
    int count = Math.max(1, budget / 2);
    AnchorDocuments chosen = anchorDocuments.get(count);
    if (chosen == null) {
      chosen = AnchorDocuments.choose(index, count, seed);
      anchorDocuments.put(count, chosen);
      Progress.log("fixed-selected: " + count + " anchor documents by " + chosen.selection());
    }
    int[] documents = chosen.documents();
    return new RoundSearch(2, (space, n) -> documents, AnchorFits.ridge());
  }
}
