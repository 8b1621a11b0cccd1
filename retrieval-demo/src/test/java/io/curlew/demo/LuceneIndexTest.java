package io.curlew.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.curlew.data.Document;
import io.curlew.data.TextQuery;
import io.curlew.data.WordNetDataset;
import io.curlew.demo.index.CurlewIndex;
import io.curlew.demo.serve.SearchServer;
import io.curlew.demo.serve.ServedIndex;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.IntField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.FSDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code curlew index --from-lucene}, and what can be done with the index afterwards. */
class LuceneIndexTest {

  private static final int DOCUMENTS = 300;

  @TempDir private Path room;

  private final ObjectMapper json = new ObjectMapper();

  /** Senses with a title, which is the first word, a body and a price. */
  private Path shop(WordNetDataset data) throws IOException {
    Path shop = room.resolve("shop");
    try (FSDirectory directory = FSDirectory.open(shop);
        IndexWriter writer =
            new IndexWriter(directory, new IndexWriterConfig(new StandardAnalyzer()))) {
      int price = 0;
      for (Document document : data.documents()) {
        String[] words = document.text().split(" ", 2);
        writer.addDocument(
            List.of(
                new StringField("sku", document.id(), Field.Store.YES),
                new TextField("title", words[0], Field.Store.YES),
                new TextField("body", words.length > 1 ? words[1] : "", Field.Store.YES),
                new TextField("hidden", document.text(), Field.Store.NO),
                new IntField("price", price++, Field.Store.YES)));
      }
    }
    return shop;
  }

  /** A BEIR directory without a corpus. */
  private Path queries(WordNetDataset data) throws IOException {
    Path queries = room.resolve("queries");
    Files.createDirectories(queries.resolve("qrels"));
    StringBuilder lines = new StringBuilder();
    StringBuilder judged = new StringBuilder("query-id\tcorpus-id\tscore\n");
    for (TextQuery query : data.testQueries().subList(0, 12)) {
      lines.append(
          json.writeValueAsString(java.util.Map.of("_id", query.id(), "text", query.text())));
      lines.append('\n');
      data.judgements()
          .judged(query.id())
          .forEach((id, grade) -> judged.append(query.id() + "\t" + id + "\t" + grade + "\n"));
    }
    Files.writeString(queries.resolve("queries.jsonl"), lines);
    Files.writeString(queries.resolve("qrels/test.tsv"), judged);
    return queries;
  }

  @Test
  void anIndexOfLuceneIsSearchedEvaluatedAndStillItself() throws Exception {
    WordNetDataset data = WordNetDataset.sample(DOCUMENTS, 7);
    Path shop = shop(data);
    String index = room.resolve("index").toString();
    CommandRun made =
        CommandRun.of(
            "index",
            "--from-lucene",
            shop.toString(),
            "--text",
            "title,body",
            "--id",
            "sku",
            "--anchors",
            "40",
            "--index",
            index);
    assertEquals(0, made.exit(), made.error());
    assertFalse(Files.exists(Path.of(index).resolve("rows")));

    for (String stage : List.of("dense", "bm25")) {
      JsonNode hits =
          json.readTree(
                  output(
                      "search",
                      "--index",
                      index,
                      "--first-stage",
                      stage,
                      "--budget",
                      "30",
                      "--json",
                      data.testQueries().getFirst().text()))
              .get("hits");
      assertEquals(10, hits.size());
    }

    Path figures = room.resolve("figures.json");
    CommandRun evaluated =
        CommandRun.of(
            "evaluate",
            "--dataset",
            queries(data).toString(),
            "--index",
            index,
            "--budgets",
            "30",
            "--json",
            figures.toString());
    assertEquals(0, evaluated.exit(), evaluated.error());
    JsonNode report = json.readTree(figures.toFile());
    assertEquals(DOCUMENTS, report.get("documents").asInt());
    assertTrue(report.get("indexCalls").asLong() >= 40L * DOCUMENTS, report.toString());
    for (JsonNode result : report.get("results")) {
      if (result.get("method").asText().equals("adaptive")) {
        assertTrue(result.get("recall@10").asDouble() > 0.6, result.toString());
      }
    }

    assertEquals(10, served(Path.of(index), data.testQueries().getFirst().text()).size());

    try (FSDirectory directory = FSDirectory.open(Path.of(index));
        DirectoryReader reader = DirectoryReader.open(directory)) {
      assertEquals(100, new IndexSearcher(reader).count(IntField.newRangeQuery("price", 100, 199)));
    }
  }

  /** The hits that a server answers with. */
  private JsonNode served(Path index, String query) throws Exception {
    try (CurlewIndex opened = CurlewIndex.open(index);
        SearchServer server = SearchServer.start(ServedIndex.of(opened, index), 0);
        HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(server.address()).resolve("/api/search"))
              .header("Content-Type", "application/json")
              .POST(
                  HttpRequest.BodyPublishers.ofString(
                      json.writeValueAsString(java.util.Map.of("query", query, "budget", 30))))
              .build();
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      assertEquals(200, answer.statusCode(), answer.body());
      return json.readTree(answer.body()).get("hits");
    }
  }

  @Test
  void idsThatNoRunFileCanHoldAreRefusedBeforeTheWork() throws Exception {
    Path shop = room.resolve("shop");
    try (FSDirectory directory = FSDirectory.open(shop);
        IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig())) {
      for (String id : List.of("fine", "has a blank")) {
        writer.addDocument(
            List.of(
                new StringField("sku", id, Field.Store.YES),
                new TextField(
                    "body", "a text that is long enough to cut: " + id, Field.Store.YES)));
      }
    }
    String index = room.resolve("index").toString();
    String[] indexing = {
      "index",
      "--from-lucene",
      shop.toString(),
      "--text",
      "body",
      "--id",
      "sku",
      "--anchors",
      "2",
      "--index",
      index
    };
    assertEquals(0, CommandRun.of(indexing).exit());
    Path queries = room.resolve("q");
    Files.createDirectories(queries.resolve("qrels"));
    Files.writeString(queries.resolve("queries.jsonl"), "{\"_id\": \"q1\", \"text\": \"text\"}\n");
    Files.writeString(
        queries.resolve("qrels/test.tsv"), "query-id\tcorpus-id\tscore\nq1\tfine\t1\n");
    CommandRun.refused(
        "has a blank",
        "evaluate",
        "--dataset",
        queries.toString(),
        "--index",
        index,
        "--run-dir",
        room.resolve("runs").toString());
    assertFalse(Files.exists(Path.of(index + ".scores")), "no exact score was computed");
    assertFalse(Files.exists(room.resolve("runs")));
  }

  @Test
  void whatIsNotThereIsRefusedByNameBeforeAnyWork() throws Exception {
    String shop = shop(WordNetDataset.sample(DOCUMENTS, 7)).toString();
    String index = room.resolve("index").toString();
    refused("hidden", "--from-lucene", shop, "--text", "title,hidden", "--index", index);
    refused("boddy", "--from-lucene", shop, "--text", "boddy", "--index", index);
    refused("ean", "--from-lucene", shop, "--text", "body", "--id", "ean", "--index", index);
    refused("--text", "--from-lucene", shop, "--index", index);
    refused(
        "klingon",
        "--from-lucene",
        shop,
        "--text",
        "body",
        "--analyzer",
        "klingon",
        "--index",
        index);
    refused("--dataset", "--from-lucene", shop, "--dataset", "wordnet", "--index", index);
    refused("--dataset", "--index", index);
    refused("--text", "--dataset", "wordnet", "--text", "body", "--index", index);
    refused("--from-lucene", "--from-lucene", room.toString(), "--text", "body", "--index", index);
    refused("--append", "--from-lucene", shop, "--text", "body", "--append", "--index", index);
    refused(shop, "--from-lucene", shop, "--text", "body", "--index", shop);
    assertFalse(Files.exists(Path.of(index)));
    assertFalse(Files.exists(Path.of(index + ".tmp")));
  }

  private static void refused(String named, String... arguments) {
    List<String> all = new ArrayList<>(List.of("index"));
    all.addAll(List.of(arguments));
    CommandRun.refused(named, all.toArray(String[]::new));
  }

  private static String output(String... arguments) {
    PrintStream before = System.out;
    ByteArrayOutputStream captured = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(captured, true, StandardCharsets.UTF_8));
      CommandRun run = CommandRun.of(arguments);
      assertEquals(0, run.exit(), run.error());
    } finally {
      System.setOut(before);
    }
    return captured.toString(StandardCharsets.UTF_8);
  }
}
