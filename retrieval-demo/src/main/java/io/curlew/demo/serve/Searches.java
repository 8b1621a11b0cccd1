package io.curlew.demo.serve;

import io.curlew.cur.Estimates;
import io.curlew.cur.FirstStage;
import io.curlew.cur.Hit;
import io.curlew.cur.SearchResult;
import io.curlew.cur.SearchSpace;
import io.curlew.demo.serve.Answers.Event;
import io.curlew.demo.serve.Answers.ExplainAnswer;
import io.curlew.demo.serve.Answers.ExplanationAnswer;
import io.curlew.demo.serve.Answers.HitAnswer;
import io.curlew.demo.serve.Answers.ListedAnswer;
import io.curlew.demo.serve.Answers.SearchAnswer;
import io.curlew.lucene.CurSearcher;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Searches an index for clients, and explains hits. The last few searches are kept, so that to
 * explain one of their hits costs no model call; memory is 4 bytes per document for each.
 */
final class Searches {

  /** How far down the first stage's list the rank of a hit is looked for. */
  private static final int FIRST_STAGE_DEPTH = 1000;

  private static final int KEPT = 8;

  private final ServedIndex index;
  private final Limits limits;
  private final Admission admission;
  private final Map<Question, Finished> recent =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Question, Finished> eldest) {
              return size() > KEPT;
            }
          });

  private record Finished(SearchSpace space, SearchResult result, SearchAnswer answer) {}

  Searches(ServedIndex index, Limits limits, Admission admission) {
    this.index = index;
    this.limits = limits;
    this.admission = admission;
  }

  /**
   * Searches.
   *
   * @param events told of what happens meanwhile; an exception of its ends the search
   */
  SearchAnswer search(Question question, Consumer<Event> events) throws Exception {
    return admission.admit(() -> run(question, events)).answer();
  }

  /** Says why a hit of a search is where it is; searches again if that was long ago. */
  ExplainAnswer explain(Question question, String id) throws Exception {
    Finished finished = recent.get(question);
    if (finished == null) {
      finished = admission.admit(() -> run(question, event -> {}));
    }
    for (int i = 0; i < finished.result().hits().size(); i++) {
      Hit hit = finished.result().hits().get(i);
      if (hit.id().equals(id)) {
        return explain(finished, hit, finished.answer().hits().get(i));
      }
    }
    throw ApiException.badRequest(
        "id must be that of a hit of this search, got: " + ApiException.shown(id));
  }

  private ExplainAnswer explain(Finished finished, Hit hit, HitAnswer answer) throws IOException {
    synchronized (finished) { // a space is for one thread
      SearchSpace space = finished.space();
      Map<String, @Nullable Float> features = new LinkedHashMap<>();
      float[][] values = space.rows(new int[] {hit.document()}).features();
      for (int f = 0; f < values.length; f++) {
        float value = values[f][0];
        features.put(space.features().get(f), Float.isFinite(value) ? value : null);
      }
      return new ExplainAnswer(
          answer,
          features,
          ExplanationAnswer.of(index.searcher().explain(space, finished.result(), hit)));
    }
  }

  private Finished run(Question question, Consumer<Event> events) throws IOException {
    SearchSpace space = index.space(question);
    SearchTrace trace = new SearchTrace(question.k(), events);
    SearchResult result =
        question
            .searchMethod()
            .search(space, question.request(limits, index.profile()).withListener(trace));
    Finished finished = new Finished(space, result, answer(question, space, result, trace));
    recent.put(question, finished);
    return finished;
  }

  private SearchAnswer answer(
      Question question, SearchSpace space, SearchResult result, SearchTrace trace)
      throws IOException {
    Estimates first = FirstStage.hybrid(space, FIRST_STAGE_DEPTH);
    int[] list = first.documents();
    int shown = Math.min(question.k(), list.length);
    return new SearchAnswer(
        question,
        index.documents(),
        result.calls(),
        result.complete(),
        result.stop().name().toLowerCase(Locale.ROOT),
        Answers.orNull(result.expectedRecall()),
        result.modelNanos() / 1e6,
        result.overheadNanos() / 1e6,
        hits(result, list),
        listed(index.searcher(), Arrays.copyOf(list, shown), Arrays.copyOf(first.scores(), shown)),
        trace.rounds(),
        trace.fits());
  }

  private List<HitAnswer> hits(SearchResult result, int[] list) throws IOException {
    Map<Integer, Integer> firstStageRanks = new HashMap<>();
    for (int i = 0; i < list.length; i++) {
      firstStageRanks.put(list[i], i + 1);
    }
    List<String> texts =
        index.searcher().texts(result.hits().stream().mapToInt(Hit::document).toArray());
    List<HitAnswer> hits = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      Hit hit = result.hits().get(i);
      hits.add(
          new HitAnswer(
              i + 1,
              hit.id(),
              texts.get(i),
              hit.score(),
              hit.exact(),
              hit.exact() ? hit.round() : null,
              firstStageRanks.get(hit.document())));
    }
    return hits;
  }

  /** Documents of a ranking, best first, with ids and texts. */
  static List<ListedAnswer> listed(CurSearcher searcher, int[] documents, float[] scores)
      throws IOException {
    List<String> ids = searcher.ids(documents);
    List<String> texts = searcher.texts(documents);
    List<ListedAnswer> listed = new ArrayList<>();
    for (int i = 0; i < documents.length; i++) {
      listed.add(new ListedAnswer(i + 1, ids.get(i), texts.get(i), scores[i]));
    }
    return listed;
  }
}
