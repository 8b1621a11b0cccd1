package io.curlew.demo.serve;

import io.curlew.cur.SearchSpace;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.RankingProfile;
import io.curlew.cur.model.BoundedModel;
import io.curlew.data.TextQuery;
import io.curlew.demo.index.CurlewIndex;
import io.curlew.demo.index.Datasets;
import io.curlew.demo.index.IndexFields;
import io.curlew.lucene.CurSearcher;
import io.curlew.lucene.DocumentScorer;
import io.curlew.lucene.Feature;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * An index opened for serving. Whoever made it closes what is inside, after the server.
 *
 * @param searcher one point-in-time view of the index
 * @param fields of the index
 * @param scorer gives the exact scores
 * @param features of first stages by name
 * @param facts what the index says of itself, by name: data set, model, directory
 * @param examples makes queries to try, best asked for once: it may have to read the data set;
 *     empty if there are none
 */
public record ServedIndex(
    CurSearcher searcher,
    IndexFields fields,
    DocumentScorer scorer,
    Function<String, List<Feature>> features,
    Map<String, String> facts,
    Supplier<List<String>> examples) {

  private static final int EXAMPLES = 6;

  /** At once: those of the searches let in, and calls that they have given up. */
  private static final int MOST_CALLS = 16;

  /** What the server needs of an index. */
  public static ServedIndex of(CurlewIndex opened, Path index) throws IOException {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("directory", String.valueOf(index.toAbsolutePath().normalize().getFileName()));
    facts.put("dataset", opened.description(CurlewIndex.DATASET, "unknown"));
    facts.put("model", opened.description(CurlewIndex.MODEL, "unknown"));
    facts.put("anchorModel", opened.description(CurlewIndex.ANCHOR_MODEL, "unknown"));
    facts.put("seed", opened.description(CurlewIndex.SEED, "unknown"));
    return new ServedIndex(
        opened.searcher(),
        opened.fields(),
        opened.scorer(new BoundedModel(opened.model(), MOST_CALLS)),
        name -> opened.features(name, opened.queryEmbedder()),
        facts,
        () -> examples(opened));
  }

  /** Test queries of the data set where it is still there, else anchors, which are its own kind. */
  private static List<String> examples(CurlewIndex opened) {
    try {
      return Datasets.queriesOf(opened).testQueries().stream()
          .map(TextQuery::text)
          .limit(EXAMPLES)
          .toList();
    } catch (IOException | RuntimeException e) {
      List<String> anchors = opened.anchors().queries();
      return anchors.subList(0, Math.min(EXAMPLES, anchors.size()));
    }
  }

  AnchorSet anchors() {
    return searcher.anchors();
  }

  /** What was learned for relevance; none where no queries were judged. */
  RankingProfile profile() {
    return anchors().learned().profile();
  }

  int documents() {
    return searcher.documentCount();
  }

  /** The documents and all features of a query, whatever the first stage. */
  SearchSpace space(String query) throws IOException {
    return searcher.space(
        query, features.apply(Question.FIRST_STAGES.getFirst()), scorer, /* filter= */ null);
  }

  SearchSpace space(Question question) throws IOException {
    return searcher.space(
        question.query(), features.apply(question.firstStage()), scorer, /* filter= */ null);
  }
}
