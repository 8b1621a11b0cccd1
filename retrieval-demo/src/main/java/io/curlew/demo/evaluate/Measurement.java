package io.curlew.demo.evaluate;

import io.curlew.cur.SearchListener;
import io.curlew.cur.SearchMethod;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.SearchResult;
import io.curlew.cur.anchor.RankingProfile;
import io.curlew.cur.model.InteractionModel;
import io.curlew.data.TextQuery;
import io.curlew.demo.console.Progress;
import io.curlew.demo.index.CurlewIndex;
import io.curlew.lucene.DocumentScorer;
import io.curlew.lucene.Feature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Asks methods all queries, timed as a user sees it: the first stage included.
 *
 * @param model that is asked, but where an index stores token vectors; if its scores are known, the
 *     time outside is all the time
 * @param queries in order
 * @param exactTop the best documents of the queries that are scored exactly, by query id
 * @param budgets of calls
 * @param profile of the ranking
 */
record Measurement(
    InteractionModel model,
    List<TextQuery> queries,
    Map<String, List<String>> exactTop,
    List<Integer> budgets,
    RankingProfile profile) {

  private static final int WARM_UP = 20;

  /**
   * One method at all budgets.
   *
   * @param name of the results
   * @param method of {@code methods}
   */
  List<MethodResult> of(String name, String method, CurlewIndex index, Methods methods)
      throws IOException {
    List<Feature> features = methods.features(method);
    DocumentScorer scorer = index.scorer(model);
    int warmUp = Methods.indexesWhenAsked(method) ? queries.size() : WARM_UP;
    List<MethodResult> results = new ArrayList<>();
    for (int budget : Methods.budgets(method, budgets)) {
      SearchMethod search = methods.search(method, budget);
      results.add(
          ask(
              new MethodResult(name, budget, methods.fittingCalls(method)),
              warmUp,
              query ->
                  index
                      .searcher()
                      .search(
                          search,
                          features,
                          scorer,
                          SearchRequest.of(query.text(), Evaluator.DEPTH, Math.max(1, budget))
                              .withProfile(profile)
                              .withListener(SearchListener.FAILING))));
    }
    return results;
  }

  /** One search. */
  private interface Search {
    SearchResult of(TextQuery query) throws IOException;
  }

  private MethodResult ask(MethodResult result, int warmUp, Search search) throws IOException {
    List<TextQuery> before = queries.subList(0, Math.min(warmUp, queries.size()));
    try (Progress progress = Progress.start(result.tag(), before.size() + queries.size())) {
      for (TextQuery query : before) {
        search.of(query);
        progress.step(1);
      }
      for (TextQuery query : queries) {
        result.add(query.id(), timed(search, query), exactTop.get(query.id()));
        progress.step(1);
      }
    }
    return result;
  }

  private static SearchResult timed(Search search, TextQuery query) throws IOException {
    long start = System.nanoTime();
    SearchResult result = search.of(query);
    return new SearchResult(
        result.hits(),
        result.calls(),
        result.modelNanos(),
        System.nanoTime() - start,
        result.rounds(),
        result.stop(),
        result.estimate());
  }
}
