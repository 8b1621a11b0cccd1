package io.curlew.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.attention.scoring.LateInteractionModel;
import io.curlew.attention.scoring.LateInteractionOptions;
import io.curlew.cur.AdaptiveSearch;
import io.curlew.cur.Hit;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.SearchResult;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.model.InteractionModel;
import io.curlew.demo.index.Models;
import io.curlew.lucene.AnchorRowWriter;
import io.curlew.lucene.CurCodec;
import io.curlew.lucene.CurSchema;
import io.curlew.lucene.CurSearcher;
import io.curlew.lucene.Feature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.junit.jupiter.api.Test;

/** The example of the README, compiled and run; and the README holds just this code. */
class ReadmeTest {

  @Test
  void theExampleRuns() throws IOException {
    List<Document> documents =
        List.of(
            document("curlew", "a wading bird with a long curved bill"),
            document("sonata", "a piece of music for a solo instrument"),
            document("ridge", "a long narrow hilltop or crest"));
    List<String> sampleTexts = documents.stream().map(document -> document.get("text")).toList();
    try (LateInteractionModel model = Models.lateInteraction(LateInteractionOptions.defaults());
        Directory directory = new ByteBuffersDirectory();
        ExecutorService executor = Executors.newFixedThreadPool(2)) {
      SearchResult result =
          example(
              directory,
              model,
              new EnglishAnalyzer(),
              executor,
              List.of("birds of the coast", "music for the piano"),
              sampleTexts,
              documents,
              "a shore bird");
      assertEquals("curlew", result.hits().getFirst().id());
    }
  }

  private static Document document(String id, String text) {
    Document document = new Document();
    document.add(new StringField("id", id, Field.Store.YES));
    document.add(new TextField("text", text, Field.Store.YES));
    return document;
  }

  @Test
  void theReadmeHoldsThisCode() throws IOException {
    String source =
        squeeze(Files.readString(Path.of("src/test/java/io/curlew/demo/ReadmeTest.java")));
    String readme = Files.readString(Path.of("../README.md"));
    int start = readme.indexOf("```java") + "```java".length();
    String snippet = squeeze(readme.substring(start, readme.indexOf("```", start)));
    // the test hands the result on, and takes the searched index's result out of the block
    assertTrue(source.contains(snippet.substring(0, snippet.lastIndexOf('}'))), snippet);
  }

  @Test
  void theReadmeHoldsTheExampleForAnIndexThatExists() throws IOException {
    String source =
        squeeze(
            Files.readString(Path.of("src/test/java/io/curlew/demo/ExistingIndexExample.java")));
    String readme = Files.readString(Path.of("../README.md"));
    int start =
        readme.indexOf("```java", readme.indexOf("compiled and run by ExistingIndexTest"))
            + "```java".length();
    String snippet = readme.substring(start, readme.indexOf("```", start)).strip();
    assertTrue(snippet.lines().count() <= 30, snippet.lines().count() + " lines");
    String squeezed = squeeze(snippet);
    assertTrue(source.contains(squeezed.substring(0, squeezed.lastIndexOf('}'))), snippet);
  }

  private static String squeeze(String text) {
    return text.replaceAll("\\s+", "");
  }

  @SuppressWarnings("TooManyParameters")
  private static SearchResult example(
      Directory directory,
      InteractionModel model,
      Analyzer analyzer,
      ExecutorService executor,
      List<String> anchorQueries,
      List<String> sampleTexts,
      List<Document> documents,
      String query)
      throws IOException {
    AnchorSet anchors = AnchorSet.create(anchorQueries, model, sampleTexts);
    IndexWriterConfig config = new IndexWriterConfig(analyzer).setCodec(CurCodec.flat());
    try (IndexWriter writer = new IndexWriter(directory, config);
        AnchorRowWriter rows = AnchorRowWriter.over(writer, "anchors", anchors, model)) {
      for (Document document : documents) {
        rows.add(document, document.get("text"));
      }
    }
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      CurSearcher searcher =
          CurSearcher.open(new IndexSearcher(reader, executor), CurSchema.DEFAULT, anchors);
      SearchResult result =
          searcher.search(
              new AdaptiveSearch(),
              List.of(Feature.bm25("text", analyzer)),
              model,
              SearchRequest.of(query, 10, 200));
      for (Hit hit : result.hits()) {
        System.out.println(hit.id() + " " + hit.score() + (hit.exact() ? "" : " (estimated)"));
      }
      return result;
    }
  }
}
