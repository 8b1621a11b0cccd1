package io.curlew.solr;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.curlew.cur.AdaptiveSearch;
import io.curlew.cur.Hit;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.RowEncoding;
import io.curlew.cur.model.InteractionModel;
import io.curlew.cur.model.ModelFactory;
import io.curlew.cur.model.ModelScores;
import io.curlew.data.Document;
import io.curlew.lucene.AnchorRowWriter;
import io.curlew.lucene.CurCodec;
import io.curlew.lucene.CurSchema;
import io.curlew.lucene.CurSearcher;
import io.curlew.lucene.Feature;
import io.curlew.lucene.rows.DocumentScores;
import io.curlew.lucene.rows.FeatureScores;
import io.curlew.lucene.rows.IndexView;
import io.curlew.lucene.rows.RelativeScores;
import io.curlew.testing.models.MatrixModel;
import io.curlew.testing.models.WordModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.util.FixedBitSet;
import org.apache.solr.client.solrj.SolrQuery;
import org.apache.solr.client.solrj.response.QueryResponse;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows in every encoding: a core finds what an index of Lucene with the same rows finds. */
class RowEncodingsTest {

  private static final int TOP = 100;

  @TempDir Path directory;

  @Test
  void aCoreFindsWhatALuceneIndexFinds() throws Exception {
    Samples samples = Samples.wordNet(600);
    compare(
        samples.data.documents(),
        samples.anchorQueries(),
        samples.queries(6),
        new WordModel(1),
        WordModel.Factory.class,
        Map.of(
            "floats", RowEncoding.floats(),
            "floats in 20", RowEncoding.projected(20, RowEncoding.floats()),
            "bytes", RowEncoding.int8(),
            "bytes in 20", RowEncoding.projected(20, RowEncoding.int8()),
            "16 bytes", RowEncoding.productQuantized(16)));
  }

  /** Real scores, 400 anchors: what the guide gives in figures. */
  @Test
  @Tag("proof")
  void recallOfRealScoresIsThatOfLucene() throws Exception {
    MatrixModel model = MatrixModel.open(5000, 60);
    Map<String, RowEncoding.Choice> encodings = new LinkedHashMap<>();
    encodings.put("floats", RowEncoding.floats());
    encodings.put("bytes", RowEncoding.int8());
    encodings.put("64 bytes", RowEncoding.productQuantized(64));
    compare(
        model.data.documents(),
        model.anchorQueries,
        model.testQueries,
        model,
        MatrixModel.Factory.class,
        encodings);
  }

  private void compare(
      List<Document> all,
      List<String> anchorQueries,
      List<String> queries,
      InteractionModel model,
      Class<? extends ModelFactory> factory,
      Map<String, RowEncoding.Choice> encodings)
      throws Exception {
    Map<String, Document> byText = new LinkedHashMap<>();
    all.forEach(document -> byText.putIfAbsent(document.text(), document));
    List<Document> documents = new ArrayList<>(byText.values());
    List<String> sample = documents.stream().map(Document::text).limit(1000).toList();
    float[][] rows = ModelScores.anchorRows(model, anchorQueries, sample);
    for (Map.Entry<String, RowEncoding.Choice> encoding : encodings.entrySet()) {
      AnchorSet anchors =
          AnchorSet.of(anchorQueries, model.fingerprint(), rows, encoding.getValue());
      Path home = directory.resolve(encoding.getKey().replace(' ', '-'));
      try (OneCore core =
              OneCore.create(home, conf -> Samples.writeConfigset(conf, anchors, factory, 1));
          ByteBuffersDirectory index = new ByteBuffersDirectory()) {
        core.server.add(documents.stream().map(Samples::input).toList());
        core.server.commit();
        index(index, documents, anchors, model);
        compare(core, index, documents, queries, anchors, model, encoding.getKey());
      }
    }
  }

  private static void index(
      ByteBuffersDirectory index,
      List<Document> documents,
      AnchorSet anchors,
      InteractionModel model)
      throws IOException {
    IndexWriterConfig config =
        new IndexWriterConfig(new WhitespaceAnalyzer()).setCodec(CurCodec.flat());
    CurSchema schema = CurSchema.DEFAULT;
    try (IndexWriter writer = new IndexWriter(index, config);
        AnchorRowWriter rows = AnchorRowWriter.over(writer, schema.anchors(), anchors, model)) {
      for (Document document : documents) {
        List<Field> fields =
            List.of(
                new StringField(schema.requireId(), document.id(), Field.Store.YES),
                new TextField(schema.text(), document.text(), Field.Store.YES));
        rows.add(fields, document.text());
      }
    }
  }

  private static void compare(
      OneCore core,
      ByteBuffersDirectory index,
      List<Document> documents,
      List<String> queries,
      AnchorSet anchors,
      InteractionModel model,
      String name)
      throws Exception {
    try (DirectoryReader reader = DirectoryReader.open(index)) {
      CurSearcher searcher =
          CurSearcher.open(new IndexSearcher(reader), CurSchema.DEFAULT, anchors);
      double recall = 0;
      for (String query : queries) {
        SolrQuery cur =
            new SolrQuery("{!cur f=anchors budget=200 topK=100 firstStage=$words v=$text}");
        cur.setParam("words", "{!edismax qf=text mm=0 v=$text}").setParam("text", query);
        List<String> found = Found.ids(core.server.query(cur.setRows(TOP)));
        List<String> expected =
            searcher
                .search(
                    new AdaptiveSearch(),
                    List.of(words(core, query)),
                    model,
                    SearchRequest.of(query, TOP, 200))
                .hits()
                .stream()
                .map(Hit::id)
                .toList();
        // as sets: Solr orders by 1 + score, in which nearly equal scores are ties
        assertEquals(Set.copyOf(expected), Set.copyOf(found), name + ": " + query);
        recall += recall(model, query, documents, found) / queries.size();
      }
      System.out.printf(
          Locale.ROOT,
          "%s: recall@100 at 200 calls %.4f in Solr, and the same hits in Lucene%n",
          name,
          recall);
    }
  }

  /** The scores that Solr's words query gives, for the index of Lucene. */
  private static Feature words(OneCore core, String query) throws Exception {
    SolrQuery words =
        new SolrQuery("{!edismax qf=text mm=0 v=$text}")
            .setParam("text", query)
            .setFields("id", "score")
            .setRows(100_000);
    QueryResponse response = core.server.query(words);
    Map<String, Float> scores = new LinkedHashMap<>();
    for (int rank = 0; rank < response.getResults().size(); rank++) {
      scores.put(Found.ids(response).get(rank), Found.score(response, rank));
    }
    return new Feature() {
      @Override
      public String name() {
        return "query";
      }

      @Override
      public FeatureScores of(IndexView view, String text, FixedBitSet accepted)
          throws IOException {
        int[] numbers = IndexView.documents(accepted);
        List<String> ids = view.ids(numbers);
        float[] byDocument = new float[numbers.length];
        for (int i = 0; i < numbers.length; i++) {
          byDocument[i] = scores.getOrDefault(ids.get(i), Float.NaN);
        }
        return new RelativeScores(new DocumentScores(view, numbers, byDocument));
      }
    };
  }

  private static double recall(
      InteractionModel model, String query, List<Document> documents, List<String> found) {
    float[] exact = model.score(List.of(query), documents.stream().map(Document::text).toList())[0];
    float[] sorted = exact.clone();
    Arrays.sort(sorted);
    float least = sorted[sorted.length - TOP];
    Set<String> top = new HashSet<>();
    IntStream.range(0, exact.length)
        .filter(d -> exact[d] >= least)
        .forEach(d -> top.add(documents.get(d).id()));
    return found.stream().filter(top::contains).count() / (double) TOP;
  }
}
