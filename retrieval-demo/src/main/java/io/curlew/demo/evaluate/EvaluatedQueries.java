package io.curlew.demo.evaluate;

import io.curlew.cur.model.InteractionModel;
import io.curlew.cur.model.QueryTooLongException;
import io.curlew.data.TextQuery;
import io.curlew.data.eval.Judgements;
import io.curlew.demo.console.BadInputException;
import io.curlew.demo.console.Progress;
import io.curlew.demo.index.CurlewIndex;
import io.curlew.demo.index.IndexedDocuments;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Which of a data set's test queries are asked. */
final class EvaluatedQueries {

  private EvaluatedQueries() {}

  /**
   * Draws queries that are not anchors and, where queries are judged, have a relevant document in
   * the index. All of them are in the order of their ids; if only some are scored exactly, these
   * come first, at random. Queries that the model cannot take are left out, and said.
   */
  static List<TextQuery> draw(
      List<TextQuery> queries,
      Judgements judgements,
      CurlewIndex index,
      InteractionModel model,
      IndexedDocuments documents,
      EvaluationOptions options) {
    Set<String> ids = new HashSet<>(documents.ids());
    int outside = judgements.countOutside(ids);
    if (outside > 0) {
      Progress.log("warning: " + outside + " judgements are of documents not in the index");
    }
    Set<String> anchors = new HashSet<>(index.anchors().queries());
    List<TextQuery> drawn = new ArrayList<>();
    for (TextQuery query : queries) {
      boolean found =
          judgements.queries().isEmpty()
              || judgements.judged(query.id()).entrySet().stream()
                  .anyMatch(judged -> judged.getValue() > 0 && ids.contains(judged.getKey()));
      if (found && !anchors.contains(query.text())) {
        drawn.add(query);
      }
    }
    if (drawn.isEmpty()) {
      throw new BadInputException(
          "queries with a relevant document in the index must be at least 1, got: 0");
    }
    Collections.shuffle(drawn, new Random(options.seed()));
    List<TextQuery> asked = new ArrayList<>();
    int tooLong = 0;
    for (TextQuery query : drawn) {
      if (asked.size() == options.queries()) {
        break;
      } else if (takes(model, query.text(), documents.texts().getFirst())) {
        asked.add(query);
      } else {
        tooLong++;
      }
    }
    if (tooLong > 0) {
      Progress.log("warning: " + tooLong + " queries are too long for the model, and left out");
    }
    if (asked.isEmpty()) {
      throw new BadInputException("queries that the model can take must be at least 1, got: 0");
    }
    if (options.allExact()) {
      asked.sort(Comparator.comparing(TextQuery::id));
    }
    return asked;
  }

  private static boolean takes(InteractionModel model, String query, String document) {
    try {
      model.score(List.of(query), List.of(document));
      return true;
    } catch (QueryTooLongException e) {
      return false;
    }
  }
}
