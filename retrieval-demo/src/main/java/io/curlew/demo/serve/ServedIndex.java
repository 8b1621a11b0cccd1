package io.curlew.demo.serve;

import io.curlew.cur.Candidates;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.model.InteractionModel;
import io.curlew.lucene.CurSearcher;
import io.curlew.lucene.FirstStage;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * An index opened for serving. Whoever made it closes what is inside, after the server.
 *
 * @param searcher one point-in-time view of the index
 * @param model answers queries
 * @param firstStages cheap rankings by name
 * @param facts what the index says of itself, by name: data set, model, directory
 * @param examples makes queries to try, best asked for once: it may have to read the data set;
 *     empty if there are none
 */
public record ServedIndex(
    CurSearcher searcher,
    InteractionModel model,
    Function<String, FirstStage> firstStages,
    Map<String, String> facts,
    Supplier<List<String>> examples) {

  AnchorSet anchors() {
    return searcher.anchors();
  }

  int documents() {
    return searcher.documentCount();
  }

  Candidates candidates(Question question) throws IOException {
    return searcher.candidates(
        question.query(), firstStages.apply(question.firstStage()), /* filter= */ null);
  }
}
