package io.curlew.demo;

import static io.curlew.demo.CommandRun.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.curlew.attention.scoring.LateInteractionModel;
import io.curlew.attention.scoring.LateInteractionOptions;
import io.curlew.cur.AdaptiveSearch;
import io.curlew.cur.ExactSearch;
import io.curlew.cur.Hit;
import io.curlew.cur.SearchMethod;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.SearchResult;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.data.TextQuery;
import io.curlew.demo.index.CurlewIndex;
import io.curlew.demo.index.Datasets;
import io.curlew.demo.index.Models;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Token vectors that an index stores, with the real model and from the command line. */
class TokenVectorsTest {

  private static final String DOCUMENTS = "300";

  @TempDir private Path room;

  @Test
  void theExampleRunsAndTheReadmeHoldsIt() throws IOException {
    try (LateInteractionModel model = Models.lateInteraction(LateInteractionOptions.defaults());
        Directory directory = new ByteBuffersDirectory()) {
      List<String> texts =
          List.of(
              "a wading bird with a long curved bill", "a piece of music", "a hilltop or crest");
      List<Document> documents = new ArrayList<>();
      for (String text : texts) {
        Document document = new Document();
        document.add(new StringField("id", "d" + documents.size(), Field.Store.YES));
        document.add(new TextField("text", text, Field.Store.YES));
        documents.add(document);
      }
      SearchResult result =
          TokenVectorsExample.run(
              directory,
              model,
              new EnglishAnalyzer(),
              new IndexWriterConfig(new EnglishAnalyzer()),
              AnchorSet.create(List.of("birds", "music for the piano"), model, texts),
              documents,
              "a shore bird");
      assertEquals("d0", result.hits().getFirst().id());
    }
    String source =
        Files.readString(Path.of("src/test/java/io/curlew/demo/TokenVectorsExample.java"));
    String readme = Files.readString(Path.of("../README.md"));
    int start =
        readme.indexOf("```java", readme.indexOf("compiled and run by TokenVectorsTest"))
            + "```java".length();
    String snippet = squeeze(readme.substring(start, readme.indexOf("```", start)));
    assertTrue(squeeze(source).contains(snippet.substring(0, snippet.lastIndexOf('}'))), snippet);
  }

  private static String squeeze(String text) {
    return text.replaceAll("\\s+", "");
  }

  private String index(String name, String... more) {
    String at = room.resolve(name).toString();
    List<String> command =
        new ArrayList<>(
            List.of("index", "--dataset", "wordnet", "--documents", DOCUMENTS, "--anchors", "40"));
    command.addAll(List.of("--index", at));
    command.addAll(List.of(more));
    CommandRun run = CommandRun.of(command.toArray(String[]::new));
    assertEquals(0, run.exit(), run.error());
    return at;
  }

  @Test
  void anIndexWithThemIsSearchedAndEvaluatedAsOneWithout() throws IOException {
    String plain = index("plain");
    String stored = index("stored", "--store-tokens");
    List<TextQuery> queries = Datasets.open("wordnet", DOCUMENTS, 42).testQueries().subList(0, 20);
    try (CurlewIndex one = CurlewIndex.open(Path.of(plain));
        CurlewIndex other = CurlewIndex.open(Path.of(stored))) {
      assertTrue(other.bytes() > one.bytes() + 300 * 5 * 384 * 4, "token vectors take their place");
      for (SearchMethod method : List.of(new ExactSearch(), new AdaptiveSearch())) {
        for (TextQuery query : queries) {
          SearchRequest request = SearchRequest.of(query.text(), 10, 50);
          assertSame(found(one, method, request), found(other, method, request));
        }
      }
    }
    JsonNode before = evaluated(plain);
    JsonNode after = evaluated(stored);
    assertEquals(before.size(), after.size());
    for (int i = 0; i < before.size(); i++) {
      for (String figure : List.of("method", "calls", "recall@10", "recall@100", "ndcg@10")) {
        assertEquals(before.get(i).get(figure), after.get(i).get(figure), figure);
      }
    }
  }

  private static List<Hit> found(CurlewIndex index, SearchMethod method, SearchRequest request)
      throws IOException {
    return index.searcher().search(method, index.features(), index.scorer(), request).hits();
  }

  private static void assertSame(List<Hit> expected, List<Hit> actual) {
    assertEquals(expected.stream().map(Hit::id).toList(), actual.stream().map(Hit::id).toList());
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(expected.get(i).score(), actual.get(i).score(), 1e-5);
    }
  }

  private JsonNode evaluated(String index) throws IOException {
    Path figures = Path.of(index + ".json");
    CommandRun run =
        CommandRun.of(
            "evaluate",
            "--dataset",
            "wordnet",
            "--index",
            index,
            "--queries",
            "30",
            "--budgets",
            "20,50",
            "--json",
            figures.toString());
    assertEquals(0, run.exit(), run.error());
    return new ObjectMapper().readTree(figures.toFile()).get("results");
  }

  @Test
  void whatIsAddedHasThemToo() throws IOException {
    String small = SmallDataset.write(room.resolve("small")).toString();
    String at = room.resolve("index").toString();
    List<String> command = List.of("index", "--dataset", small, "--index", at, "--anchors", "8");
    List<String> created = new ArrayList<>(command);
    created.add("--store-tokens");
    assertEquals(0, Curlew.run(created.toArray(String[]::new)));
    String more = SmallDataset.write(room.resolve("more"), 80).toString();
    assertEquals(0, Curlew.run("index", "--dataset", more, "--index", at, "--append"));
    try (CurlewIndex index = CurlewIndex.open(Path.of(at))) {
      SearchRequest request = SearchRequest.of("stone garden in winter", 80, 80);
      assertEquals(80, found(index, new ExactSearch(), request).size());
    }
  }

  @Test
  void refusesModelsWithoutThem() {
    String at = room.resolve("index").toString();
    String[] command = {
      "index", "--dataset", "wordnet", "--index", at, "--store-tokens", "--model", "cross-encoder"
    };
    refused("--store-tokens must be given with --model late-interaction", command);
    command[6] = "--cache";
    refused("without --cache", command);
  }
}
