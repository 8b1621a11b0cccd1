package io.curlew.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.model.InteractionModel;
import io.curlew.data.Document;
import io.curlew.data.TextQuery;
import io.curlew.data.WordNetDataset;
import io.curlew.demo.index.DocumentReading;
import io.curlew.demo.index.Models;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.IntField;
import org.apache.lucene.document.LongField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.facet.FacetsConfig;
import org.apache.lucene.facet.sortedset.SortedSetDocValuesFacetField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example for an index that is there already, on 600 WordNet senses and the real model. */
class ExistingIndexTest {

  private static final int DOCUMENTS = 600;
  private static final int ANCHORS = 80;
  private static final List<String> COLOURS = List.of("red", "green", "blue");

  @TempDir private Path room;

  private final List<Document> documents = new ArrayList<>();
  private final FacetsConfig facets = new FacetsConfig();
  private final Analyzer analyzer = new EnglishAnalyzer();

  /** By plain Lucene: a title, a body, a price, a date and a colour. */
  private Directory shop() throws IOException {
    Directory shop = new ByteBuffersDirectory();
    try (IndexWriter writer = new IndexWriter(shop, new IndexWriterConfig(analyzer))) {
      for (int d = 0; d < documents.size(); d++) {
        org.apache.lucene.document.Document document = new org.apache.lucene.document.Document();
        document.add(new StringField("sku", documents.get(d).id(), Field.Store.YES));
        document.add(new TextField("title", title(d), Field.Store.YES));
        document.add(new TextField("body", body(d), Field.Store.YES));
        document.add(new IntField("price", d % 100, Field.Store.YES));
        document.add(new LongField("date", 1_700_000_000L - 86_400L * d, Field.Store.YES));
        document.add(new SortedSetDocValuesFacetField("colour", COLOURS.get(d % 3)));
        writer.addDocument(facets.build(document));
        if (d == DOCUMENTS / 2) {
          writer.commit();
        }
      }
    }
    return shop;
  }

  private String title(int d) {
    return documents.get(d).text().split(" ", 2)[0];
  }

  private String body(int d) {
    return documents.get(d).text().split(" ", 2)[1];
  }

  @Test
  void theExampleDoesAllOfItForItsHundredCalls() throws IOException {
    WordNetDataset data = WordNetDataset.sample(DOCUMENTS, 5);
    for (Document document : data.documents()) {
      if (document.text().strip().contains(" ")) {
        documents.add(document);
      }
    }
    List<String> anchors = data.anchorQueryCandidates().subList(0, ANCHORS);
    TextQuery query = data.testQueries().getFirst();
    AtomicInteger calls = new AtomicInteger();
    try (Directory shop = shop();
        Directory copy = new ByteBuffersDirectory();
        Models models = Models.open(Models.LATE_INTERACTION, DocumentReading.DEFAULT)) {
      ExistingIndexExample.Page page =
          ExistingIndexExample.run(
              shop,
              copy,
              room.resolve("work"),
              facets,
              counting(models.model(), query.text(), calls),
              analyzer,
              anchors,
              query.text());
      assertEquals(100, calls.get());
      try (DirectoryReader reader = DirectoryReader.open(copy)) {
        check(page, reader, models.model(), query.text());
      }
      plainLucene(shop, copy);
    }
  }

  private static InteractionModel counting(InteractionModel model, String query, AtomicInteger to) {
    return new InteractionModel() {
      @Override
      public String fingerprint() {
        return model.fingerprint();
      }

      @Override
      public float[][] score(List<String> queries, List<String> texts) {
        to.addAndGet(queries.contains(query) ? texts.size() : 0);
        return model.score(queries, texts);
      }

      @Override
      public void close() {}
    };
  }

  private void check(
      ExistingIndexExample.Page page, DirectoryReader reader, InteractionModel model, String query)
      throws IOException {
    int[] allowed =
        IntStream.range(0, documents.size()).filter(d -> d % 100 >= 10 && d % 100 <= 80).toArray();
    float[] scores =
        model
            .score(
                List.of(query),
                Arrays.stream(allowed).mapToObj(d -> title(d) + " " + body(d)).toList())[0];
    Set<String> exact = new HashSet<>();
    IntStream.range(0, allowed.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -scores[i]))
        .limit(10)
        .forEach(i -> exact.add(documents.get(allowed[i]).id()));
    long found = skus(reader, page.ten().scoreDocs).stream().filter(exact::contains).count();
    assertTrue(found >= 8, found + " of 10");

    assertEquals(100, page.dated().scoreDocs.length);
    int[] colours = new int[3];
    long before = Long.MIN_VALUE;
    for (ScoreDoc hit : page.dated().scoreDocs) {
      var stored = reader.storedFields().document(hit.doc);
      int price = stored.getField("price").numericValue().intValue();
      long date = stored.getField("date").numericValue().longValue();
      assertTrue(price >= 10 && price <= 80 && date >= before);
      before = date;
      colours[(int) ((1_700_000_000L - date) / 86_400L % 3)]++;
    }
    for (int c = 0; c < 3; c++) {
      String colour = COLOURS.get(c);
      int count =
          Arrays.stream(page.colours().labelValues)
              .filter(value -> value.label.equals(colour))
              .mapToInt(value -> value.value.intValue())
              .sum();
      assertEquals(colours[c], count, colour);
    }
    assertEquals(10, page.marked().length);
    long marked =
        Arrays.stream(page.marked()).filter(text -> text != null && text.contains("<b>")).count();
    assertTrue(marked > 0, Arrays.toString(page.marked()));
    Set<String> both = new HashSet<>(skus(reader, page.ten().scoreDocs));
    both.addAll(skus(reader, page.pageTwo().scoreDocs));
    assertEquals(20, both.size());
  }

  private static List<String> skus(DirectoryReader reader, ScoreDoc[] hits) throws IOException {
    List<String> skus = new ArrayList<>();
    for (ScoreDoc hit : hits) {
      skus.add(reader.storedFields().document(hit.doc).get("sku"));
    }
    return skus;
  }

  /** Code that knows nothing of Curlew finds in the copy what it finds in the shop. */
  private void plainLucene(Directory shop, Directory copy) throws IOException {
    try (DirectoryReader before = DirectoryReader.open(shop);
        DirectoryReader after = DirectoryReader.open(copy)) {
      assertEquals(before.numDocs(), after.numDocs());
      for (String word : List.of("person", "plant", "us")) {
        TermQuery query = new TermQuery(new Term("body", word));
        assertEquals(
            skus(before, new IndexSearcher(before).search(query, 50).scoreDocs),
            skus(after, new IndexSearcher(after).search(query, 50).scoreDocs));
      }
    }
  }
}
