package io.curlew.demo.index;

import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.Learned;
import io.curlew.cur.learn.AnchorLearning;
import io.curlew.cur.learn.ProfileLearning;
import io.curlew.cur.model.InteractionModel;
import io.curlew.data.Document;
import io.curlew.data.PseudoQueries;
import io.curlew.demo.console.Progress;
import io.curlew.lucene.CurSearcher;
import io.curlew.lucene.Feature;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.FSDirectory;

/** Learns from the anchors' own scores, once all documents of an index have theirs. */
final class IndexLearning {

  private IndexLearning() {}

  /** Training queries of which another query model is asked. */
  private static final int QUERIES = 200;

  /** Calls for each of them. */
  private static final int CALLS = 50;

  /** How many calls learning takes: none where the anchors' model answers queries itself. */
  static long calls(AnchorSet anchors, long documents, Map<String, ?> queries) {
    return anchors.isQueryModel()
        ? 0
        : (long) chosen(anchors, documents, queries).size() * callsForEach(documents);
  }

  /** At most half a call for each document, and a fixed number for the index. */
  private static int callsForEach(long documents) {
    return (int) Math.min(CALLS, Math.max(8, documents / 8));
  }

  /** Queries cut out of documents, which nobody has judged. */
  static Map<String, Map<String, Integer>> cut(
      List<Document> documents, Set<String> evaluated, List<String> candidates, long seed) {
    Set<String> exclude = new HashSet<>(evaluated);
    exclude.addAll(candidates);
    Map<String, Map<String, Integer>> queries = new LinkedHashMap<>();
    PseudoQueries.cut(documents, QUERIES, seed, exclude)
        .forEach(query -> queries.put(query, Map.of()));
    return queries;
  }

  private static List<String> chosen(AnchorSet anchors, long documents, Map<String, ?> queries) {
    Set<String> taken = Set.copyOf(anchors.queries());
    long most = documents / 2 / callsForEach(documents);
    return queries.keySet().stream()
        .filter(query -> !taken.contains(query))
        .limit(Math.min(QUERIES, most))
        .toList();
  }

  /**
   * What they say of the features. Where the anchors' model answers queries no model is called;
   * else the other one is, {@link #calls} times.
   *
   * @param model that answers queries, of {@code models} or with scores that are known
   * @param judgements of training queries, by their texts: ids of documents and grades, which may
   *     be none
   */
  static Learned learn(
      Path index,
      IndexFields fields,
      AnchorSet anchors,
      Models models,
      InteractionModel model,
      Map<String, Map<String, Integer>> judgements,
      long seed)
      throws IOException {
    List<Feature> features = fields.features("hybrid", models.queryEmbedder());
    try (FSDirectory directory = FSDirectory.open(index);
        DirectoryReader reader = DirectoryReader.open(directory);
        Progress progress =
            Progress.start("Learning from the anchors", AnchorLearning.steps(anchors))) {
      CurSearcher searcher =
          CurSearcher.open(new IndexSearcher(reader), fields.schema(), anchors, fields.text());
      if (!anchors.isQueryModel()) {
        int documents = searcher.documentCount();
        Map<String, Map<String, Integer>> queries = new LinkedHashMap<>();
        for (String query : chosen(anchors, documents, judgements)) {
          queries.put(query, judgements.getOrDefault(query, Map.of()));
        }
        if (queries.isEmpty()) {
          return Learned.NONE;
        }
        Learned learned =
            searcher.learn(
                features, model, queries, callsForEach(documents), seed, () -> progress.step(1));
        Progress.log(
            queries.size()
                + " training queries, "
                + callsForEach(documents)
                + " calls each; profile: "
                + learned.profile());
        return learned;
      }
      Learned learned = searcher.learn(features, seed, () -> progress.step(1));
      ProfileLearning.Outcome profile =
          searcher.withAnchors(anchors.withLearned(learned)).learnProfile(features, judgements);
      if (profile.queries() > 0) {
        Progress.log(
            String.format(
                Locale.ROOT,
                "%d judged queries: nDCG@10 %.3f by score, %.3f with a profile, held out;"
                    + " profile: %s",
                profile.queries(),
                profile.without(),
                profile.with(),
                profile.profile()));
      }
      return learned.withProfile(profile.profile());
    }
  }
}
