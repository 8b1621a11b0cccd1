package io.curlew.opensearch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.AdaptiveSearch;
import io.curlew.cur.Hit;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.RowEncoding;
import io.curlew.cur.model.ModelScores;
import io.curlew.data.Document;
import io.curlew.lucene.AnchorRowWriter;
import io.curlew.lucene.CurSchema;
import io.curlew.lucene.CurSearcher;
import io.curlew.lucene.Feature;
import io.curlew.testing.models.MatrixModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * 5,000 WordNet senses and 100 test sentences, by the real model's scores: one node, and two nodes
 * with two shards and a replica of each, over HTTP, against an index of Lucene with the same rows.
 * Run with {@code -Dtest='*Proof'}.
 */
@Tag("proof")
class WordNetProof {

  private static final int DOCUMENTS = 5000;
  private static final int QUERIES = 100;
  private static final int BUDGET = 200;

  @TempDir Path directory;

  @Test
  void findsWhatLuceneFinds() throws Exception {
    MatrixModel model = MatrixModel.open(DOCUMENTS, QUERIES);
    List<String> sample = model.data.documents().stream().limit(1200).map(Document::text).toList();
    AnchorSet anchors =
        AnchorSet.of(
            model.anchorQueries,
            model.fingerprint(),
            ModelScores.anchorRows(model, model.anchorQueries, sample),
            RowEncoding.int8());
    Map<String, String> texts = new LinkedHashMap<>();
    model.data.documents().forEach(document -> texts.putIfAbsent(document.id(), document.text()));
    Map<String, Set<String>> exact = new LinkedHashMap<>();
    for (String query : model.testQueries) {
      exact.put(query, exactTop(model, query, texts));
    }
    double lucene = lucene(model, anchors, texts, exact);
    double one = opensearch(1, 1, 0, model, anchors, texts, exact);
    double two = opensearch(2, 2, 1, model, anchors, texts, exact);
    String report =
        String.format(
            Locale.ROOT,
            "recall@10 with %d calls, %d documents, %d queries: Lucene %.4f, one node %.4f, two"
                + " nodes with two shards %.4f",
            BUDGET,
            texts.size(),
            QUERIES,
            lucene,
            one,
            two);
    System.out.println(report);
    assertTrue(Math.abs(one - lucene) <= 0.02 && Math.abs(two - lucene) <= 0.02, report);
  }

  private static double lucene(
      MatrixModel model,
      AnchorSet anchors,
      Map<String, String> texts,
      Map<String, Set<String>> exact)
      throws Exception {
    StandardAnalyzer analyzer = new StandardAnalyzer();
    try (ByteBuffersDirectory index = new ByteBuffersDirectory()) {
      try (IndexWriter writer = new IndexWriter(index, new IndexWriterConfig(analyzer));
          AnchorRowWriter rows = AnchorRowWriter.over(writer, "anchors", anchors, model)) {
        for (Map.Entry<String, String> one : texts.entrySet()) {
          org.apache.lucene.document.Document document = new org.apache.lucene.document.Document();
          document.add(new StringField("id", one.getKey(), Field.Store.YES));
          document.add(new TextField("text", one.getValue(), Field.Store.YES));
          rows.add(document, one.getValue());
        }
      }
      try (DirectoryReader reader = DirectoryReader.open(index)) {
        CurSearcher searcher =
            CurSearcher.open(
                new IndexSearcher(reader), new CurSchema("id", "text", "anchors", "none"), anchors);
        double recall = 0;
        for (String query : model.testQueries) {
          recall +=
              recall(
                  searcher
                      .search(
                          new AdaptiveSearch(),
                          List.of(Feature.bm25("text", analyzer)),
                          model,
                          SearchRequest.of(query, 100, BUDGET))
                      .hits()
                      .stream()
                      .map(Hit::id)
                      .toList(),
                  Found.get(exact, query));
        }
        return recall / model.testQueries.size();
      }
    }
  }

  private double opensearch(
      int nodes,
      int shards,
      int replicas,
      MatrixModel model,
      AnchorSet anchors,
      Map<String, String> texts,
      Map<String, Set<String>> exact)
      throws Exception {
    Path home = directory.resolve("nodes" + nodes);
    try (Cluster cluster = Cluster.start(home, nodes, anchors, MatrixModel.Factory.class)) {
      cluster.createIndex("senses", shards, replicas);
      List<String> ids = new ArrayList<>(texts.keySet());
      for (int from = 0; from < ids.size(); from += 500) {
        Map<String, Map<String, Object>> some = new LinkedHashMap<>();
        ids.subList(from, Math.min(from + 500, ids.size()))
            .forEach(id -> some.put(id, Samples.document(Found.get(texts, id))));
        cluster.bulk("senses", some).ok();
      }
      assertEquals(texts.size(), cluster.get("/senses/_count").ok().body().path("count").asInt());
      double recall = 0;
      long requests = 0;
      long start = System.nanoTime();
      for (String query : model.testQueries) {
        long before = MatrixModel.CALLS.get();
        Cluster.Answer answer =
            cluster.post("/senses/_search", Found.request(query, Map.of("budget", BUDGET)));
        assertEquals(BUDGET, MatrixModel.CALLS.get() - before, query);
        recall += recall(Found.ids(answer), Found.get(exact, query));
        requests += Found.trace(answer).path("shard_requests").get(0).asLong();
      }
      System.out.printf(
          Locale.ROOT,
          "%d nodes: %.1f ms a search, %.1f requests to a shard%n",
          nodes,
          (System.nanoTime() - start) / 1e6 / model.testQueries.size(),
          (double) requests / model.testQueries.size());
      return recall / model.testQueries.size();
    }
  }

  private static Set<String> exactTop(MatrixModel model, String query, Map<String, String> texts) {
    List<String> ids = new ArrayList<>(texts.keySet());
    float[] scores = model.score(List.of(query), ids.stream().map(texts::get).toList())[0];
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < scores.length; i++) {
      order.add(i);
    }
    order.sort(
        (a, b) ->
            scores[a] != scores[b]
                ? Float.compare(scores[b], scores[a])
                : ids.get(a).compareTo(ids.get(b)));
    Set<String> top = new HashSet<>();
    order.stream().limit(10).forEach(i -> top.add(ids.get(i)));
    return top;
  }

  private static double recall(List<String> found, Set<String> exact) {
    Set<String> top = new HashSet<>(found.subList(0, Math.min(10, found.size())));
    top.retainAll(exact);
    return top.size() / 10.0;
  }
}
