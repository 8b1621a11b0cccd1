package io.curlew.demo.evaluate;

import io.curlew.cur.ProfileBonus;
import io.curlew.cur.SearchSpace;
import io.curlew.cur.anchor.RankingProfile;
import io.curlew.cur.model.InteractionModel;
import io.curlew.data.TextQuery;
import io.curlew.demo.index.CurlewIndex;
import io.curlew.demo.index.IndexedDocuments;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Measures all methods by one ranking profile or another: whichever it is, the same for all. */
final class Rankings {

  private final CurlewIndex index;
  private final EvaluationOptions options;
  private final InteractionModel model;
  private final ExactScores exact;
  private final Map<String, ExactScores> lookedUp;
  private final IndexedDocuments documents;
  private final List<TextQuery> queries;
  private final List<TextQuery> exactQueries;
  private final Methods methods;

  Rankings(
      CurlewIndex index,
      EvaluationOptions options,
      InteractionModel model,
      ExactScores exact,
      Map<String, ExactScores> lookedUp,
      IndexedDocuments documents,
      List<TextQuery> queries,
      List<TextQuery> exactQueries,
      Methods methods) {
    this.index = index;
    this.options = options;
    this.model = model;
    this.exact = exact;
    this.lookedUp = lookedUp;
    this.documents = documents;
    this.queries = queries;
    this.exactQueries = exactQueries;
    this.methods = methods;
  }

  List<MethodResult> by(RankingProfile profile) throws IOException {
    MethodResult exactRanking = exactRanking(profile);
    Map<String, List<String>> exactTop = exactRanking.rankings();
    Measurement measurement = measurement(profile, exactTop);
    List<MethodResult> results = new ArrayList<>();
    for (String method : options.methods()) {
      if (method.equals("exact")) {
        if (!exactRanking.isEmpty()) {
          results.add(exactRanking);
        }
      } else if (lookedUp.containsKey(method)) {
        ExactScores scores = lookedUp.get(method);
        results.add(scores.rank(method, queries, documents, q -> bonus(profile, q), exactTop));
      } else {
        results.addAll(measurement.of(method, method, index, methods));
      }
    }
    return results;
  }

  Map<String, List<String>> exactTop(RankingProfile profile) {
    return exactRanking(profile).rankings();
  }

  private MethodResult exactRanking(RankingProfile profile) {
    return exact.rank("exact", exactQueries, documents, q -> bonus(profile, q), null);
  }

  Measurement measurement(RankingProfile profile, Map<String, List<String>> exactTop) {
    InteractionModel asked = options.allExact() ? exact : model;
    return new Measurement(asked, queries, exactTop, options.budgets(), profile);
  }

  /** What a profile adds to the scores of all documents. */
  private float[] bonus(RankingProfile profile, TextQuery query) {
    try {
      SearchSpace space =
          index
              .searcher()
              .space(query.text(), methods.features("exact"), index.model(), /* filter= */ null);
      return ProfileBonus.of(space, profile, documents.numbers());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
