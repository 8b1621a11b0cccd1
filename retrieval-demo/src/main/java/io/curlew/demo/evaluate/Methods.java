package io.curlew.demo.evaluate;

import io.curlew.cur.AdaptiveSearch;
import io.curlew.cur.FirstStage;
import io.curlew.cur.FixedAnchorSearch;
import io.curlew.cur.HybridSearch;
import io.curlew.cur.LatentSearch;
import io.curlew.cur.RerankSearch;
import io.curlew.cur.SearchMethod;
import io.curlew.cur.model.InteractionModel;
import io.curlew.demo.console.BadInputException;
import io.curlew.demo.console.Progress;
import io.curlew.demo.index.CurlewIndex;
import io.curlew.demo.rivals.AnchorDocuments;
import io.curlew.demo.rivals.AnchorFits;
import io.curlew.demo.rivals.CorpusGraph;
import io.curlew.demo.rivals.DenseFit;
import io.curlew.demo.rivals.DenseVectors;
import io.curlew.demo.rivals.FirstLists;
import io.curlew.demo.rivals.GaussianProcessSearch;
import io.curlew.demo.rivals.GraphRerank;
import io.curlew.demo.rivals.ListRerank;
import io.curlew.demo.rivals.RoundSearch;
import io.curlew.lucene.Feature;
import io.curlew.lucene.TextEmbedder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The methods that an evaluation compares, by name. {@code exact} and {@code maxsim} rank all
 * documents by scores that are known and are no searches.
 */
public final class Methods {

  /** By the learned latent query, without a call of the model. */
  static final String LATENT = "latent";

  /** By the engine's features alone: without the model, its anchors, or what was learned of it. */
  static final String HYBRID = "hybrid";

  /** By vectors learned of late interaction, for an index whose model that is. */
  private static final String LEMUR = "lemur";

  /** The methods that call no model: their budget is 0. */
  private static final List<String> FREE = List.of(LATENT, HYBRID);

  /** Measured unless others are asked for. */
  public static final List<String> DEFAULT =
      List.of(
          "exact",
          "rerank-bm25",
          "rerank-dense",
          "rerank-hybrid",
          "fixed",
          "adaptive",
          LATENT,
          HYBRID);

  /** What is enough to say whether a model is worth its calls. */
  public static final List<String> SHORT = List.of("rerank-hybrid", "adaptive", LATENT, HYBRID);

  /** Rivals from the literature and other first stages, beside the default ones. */
  public static final List<String> ALL =
      List.of(
          "exact",
          "rerank-bm25",
          "rerank-dense",
          "rerank-hybrid",
          "rerank-rrf",
          "rerank-latent",
          "rerank-muvera",
          "gar-bm25",
          "gar-dense",
          "fixed",
          "fixed-selected",
          "adaptive-published",
          "axn",
          "axn-mf",
          "bagel",
          "qdrant",
          LEMUR,
          "adaptive",
          "adaptive-muvera",
          LATENT,
          HYBRID);

  /** First stages by exact late interaction, for another model that re-ranks. */
  static final List<String> OTHERS = List.of("maxsim", "rerank-maxsim", "adaptive-maxsim");

  /** Rounds of the published adaptive methods. */
  private static final int PUBLISHED_ROUNDS = 5;

  private final CurlewIndex index;
  private final TextEmbedder embedder;
  private final Map<String, Feature> known;
  private final long seed;
  private final Map<Integer, AnchorDocuments> anchorDocuments = new HashMap<>();
  private final Map<String, CorpusGraph> graphs = new HashMap<>();
  private final DenseVectors vectors;
  private final FittedRivals fitted;
  private @Nullable DenseFit denseFit;

  /**
   * Methods on an index.
   *
   * @param fitting the index's model, asked for what methods are fitted on
   * @param known features whose scores are known, by name
   */
  Methods(
      CurlewIndex index,
      InteractionModel fitting,
      TextEmbedder embedder,
      Map<String, Feature> known,
      long seed) {
    this.index = index;
    this.embedder = embedder;
    this.known = known;
    this.seed = seed;
    this.vectors = new DenseVectors(index);
    this.fitted = new FittedRivals(index, fitting, vectors, embedder, seed);
  }

  /**
   * The methods that are meant by some names on an index: {@code all} is those of {@link #ALL} that
   * fit its model.
   *
   * @throws BadInputException if a method is named that does not
   */
  public static List<String> of(List<String> names, CurlewIndex index) {
    boolean all = names.equals(List.of("all"));
    List<String> methods = all ? ALL : names;
    boolean tokens = index.isLateInteraction() && !index.reading().passages();
    if (!methods.contains(LEMUR) || tokens) {
      return methods;
    }
    String rule =
        "lemur needs an index whose model is late-interaction, without --passages, got: "
            + index.model().fingerprint();
    if (!all) {
      throw new BadInputException("--methods " + rule);
    }
    Progress.log("Left out: " + rule);
    return methods.stream().filter(method -> !method.equals(LEMUR)).toList();
  }

  static void check(String method) {
    if (!ALL.contains(method) && !OTHERS.contains(method)) {
      throw new BadInputException(
          "method must be one of " + ALL + " or " + OTHERS + ", got: " + method);
    }
  }

  /** The feature whose list a method starts from, or null if it starts from all. */
  static @Nullable String feature(String method) {
    String last = method.substring(method.lastIndexOf('-') + 1);
    return List.of(Feature.BM25, Feature.DENSE, "maxsim", "muvera").contains(last) ? last : null;
  }

  /** Whether a method reads anchor rows, which cost calls when the index is made. */
  static boolean usesAnchors(String method) {
    return method.startsWith("adaptive")
        || method.startsWith("fixed")
        || method.endsWith(LATENT)
        || method.equals("qdrant"); // trained on them
  }

  /** Whether a method is fitted to the index by calls of its model. */
  static boolean isFitted(String method) {
    return method.equals("axn-mf") || method.equals("qdrant");
  }

  /**
   * Whether a method makes, while it is asked, what as published is made with the index: a query is
   * timed when it is asked again.
   */
  static boolean indexesWhenAsked(String method) {
    return method.startsWith("gar-");
  }

  /** The budgets, of those given, at which a method is measured. */
  static List<Integer> budgets(String method, List<Integer> budgets) {
    return FREE.contains(method) ? List.of(0) : budgets;
  }

  /** What a method knows of documents: BM25, dense retrieval, and the feature it is named after. */
  List<Feature> features(String method) {
    List<Feature> features = new ArrayList<>(index.features("hybrid", embedder));
    String feature = feature(method);
    if (feature != null && known.containsKey(feature)) {
      features.add(known.get(feature));
    }
    return features;
  }

  /**
   * The calls of the model that fitting a method to the index took, beside those of the anchor
   * rows; for lemur the documents that were encoded. To be asked after {@link #search}.
   */
  long fittingCalls(String method) {
    return fitted.calls(method);
  }

  SearchMethod search(String method, int budget) throws IOException {
    return switch (method) {
      case "fixed" -> new FixedAnchorSearch(seed);
      case "fixed-selected" -> fixedSelected(budget);
      case "adaptive-published" ->
          new RoundSearch(
              PUBLISHED_ROUNDS, (space, n) -> space.sample(n, seed), AnchorFits.pseudoInverse());
      case "axn" -> {
        DenseFit fit = denseFit == null ? DenseFit.of(index, vectors) : denseFit;
        denseFit = fit;
        yield new RoundSearch(
            PUBLISHED_ROUNDS,
            (space, n) -> FirstStage.of(space, Feature.DENSE, n).documents(),
            fit);
      }
      case "axn-mf" -> fitted.factors();
      case "rerank-rrf" -> new ListRerank(FirstLists::reciprocalRanks);
      case "rerank-latent" -> new ListRerank(FirstLists::latent);
      case "gar-bm25", "gar-dense" -> new GraphRerank(graph(method));
      case "bagel" -> new GaussianProcessSearch(vectors, embedder);
      case "qdrant" -> fitted.feedback();
      case LEMUR -> fitted.lemur();
      case "adaptive", "adaptive-maxsim", "adaptive-muvera" -> new AdaptiveSearch();
      case LATENT -> new LatentSearch();
      case HYBRID -> new HybridSearch();
      default -> new RerankSearch(feature(method));
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

  private CorpusGraph graph(String method) {
    return graphs.computeIfAbsent(
        method,
        name ->
            name.equals("gar-bm25") ? CorpusGraph.byWords(index) : CorpusGraph.byVectors(vectors));
  }
}
