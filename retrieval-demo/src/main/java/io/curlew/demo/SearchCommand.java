package io.curlew.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.curlew.cur.AdaptiveSearch;
import io.curlew.cur.ExactSearch;
import io.curlew.cur.FixedAnchorSearch;
import io.curlew.cur.Hit;
import io.curlew.cur.LatentSearch;
import io.curlew.cur.RerankSearch;
import io.curlew.cur.SearchListener;
import io.curlew.cur.SearchMethod;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.SearchResult;
import io.curlew.cur.anchor.RankingProfile;
import io.curlew.cur.model.ModelUnavailableException;
import io.curlew.demo.console.BadInputException;
import io.curlew.demo.console.Progress;
import io.curlew.demo.index.CurlewIndex;
import io.curlew.demo.index.Profiles;
import io.curlew.lucene.Feature;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code curlew search}. */
@Command(
    name = "search",
    description = "Searches an index.",
    footer = {
      "",
      "Examples:",
      "  curlew search --index target/demo/index a small fire",
      "  curlew search --index target/demo/index --budget 50 --json \"a small fire\"",
      "  curlew search --index target/demo/index --method exact --k 3 a small fire"
    })
final class SearchCommand implements Callable<Integer> {

  private static final long FIXED_SEED = 42;
  private static final List<String> METHODS =
      List.of("adaptive", "latent", "fixed", "rerank", "exact");

  @Option(names = "--index", required = true, description = "The index directory.")
  private Path index = Path.of("");

  @Option(names = "--budget", description = "How many exact calls; ${DEFAULT-VALUE}.")
  private int budget = 200;

  @Option(names = "--k", description = "How many hits; ${DEFAULT-VALUE}.")
  private int k = 10;

  @Option(names = "--first-stage", description = "hybrid, bm25 or dense; ${DEFAULT-VALUE}.")
  private String firstStage = "hybrid";

  @Option(
      names = "--method",
      description =
          "adaptive, latent, which calls no model, fixed, rerank or exact; ${DEFAULT-VALUE}.")
  private String method = "adaptive";

  @Option(names = "--profile", description = Profiles.DESCRIPTION)
  private String profile = Profiles.NONE;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Parameters(arity = "1..*", paramLabel = "TEXT", description = "The query.")
  private List<String> text = List.of();

  @Override
  public Integer call() throws Exception {
    SearchRequest request =
        SearchRequest.of(String.join(" ", text), k, budget).withListener(new Warning());
    CurlewIndex.checkFirstStage(firstStage);
    if (!METHODS.contains(method)) {
      throw new BadInputException("method must be one of " + METHODS + ", got: " + method);
    }
    try (CurlewIndex opened = CurlewIndex.open(index)) {
      RankingProfile ranking = Profiles.of(profile, opened.anchors());
      List<Feature> features =
          method.equals("rerank") || !ranking.isNone()
              ? opened.features()
              : opened.features(firstStage, opened.queryEmbedder());
      SearchResult result =
          opened
              .searcher()
              .search(method(), features, opened.scorer(), request.withProfile(ranking));
      List<String> texts =
          opened.searcher().texts(result.hits().stream().mapToInt(Hit::document).toArray());
      if (json) {
        System.out.println(new ObjectMapper().writeValueAsString(json(result, texts)));
      } else {
        print(System.out, result, texts);
      }
    }
    return 0;
  }

  private static final class Warning implements SearchListener {
    @Override
    public void unavailable(ModelUnavailableException why) {
      Progress.log("warning: what is found is what was known by then: " + why.getMessage());
    }
  }

  private SearchMethod method() {
    return switch (method) {
      case "adaptive" -> new AdaptiveSearch();
      case "latent" -> new LatentSearch();
      case "fixed" -> new FixedAnchorSearch(FIXED_SEED);
      case "rerank" -> new RerankSearch(firstStage.equals("hybrid") ? null : firstStage);
      default -> new ExactSearch();
    };
  }

  private static void print(PrintStream out, SearchResult result, List<String> texts) {
    for (int i = 0; i < texts.size(); i++) {
      Hit hit = result.hits().get(i);
      out.printf(
          Locale.ROOT,
          "%3d  %.4f %s  %s  %s%n",
          i + 1,
          hit.score(),
          hit.exact() ? "exact   " : "estimate",
          hit.id(),
          texts.get(i));
    }
    out.printf(
        Locale.ROOT,
        "%d calls, %.0f ms in the model, %.0f ms outside%n",
        result.calls(),
        result.modelNanos() / 1e6,
        result.overheadNanos() / 1e6);
  }

  private Map<String, Object> json(SearchResult result, List<String> texts) {
    List<Map<String, Object>> hits = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      Hit hit = result.hits().get(i);
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("rank", i + 1);
      one.put("id", hit.id());
      one.put("score", hit.score());
      one.put("exact", hit.exact());
      one.put("round", hit.round());
      one.put("text", texts.get(i));
      hits.add(one);
    }
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("query", String.join(" ", text));
    answer.put("method", method);
    answer.put("budget", budget);
    answer.put("calls", result.calls());
    answer.put("complete", result.complete());
    answer.put("stop", result.stop().name().toLowerCase(Locale.ROOT));
    if (!Double.isNaN(result.expectedRecall())) {
      answer.put("expectedRecall", result.expectedRecall());
    }
    answer.put("modelMs", result.modelNanos() / 1e6);
    answer.put("overheadMs", result.overheadNanos() / 1e6);
    answer.put("hits", hits);
    return answer;
  }
}
