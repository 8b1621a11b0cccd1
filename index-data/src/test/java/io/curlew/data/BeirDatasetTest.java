package io.curlew.data;

import static io.curlew.data.file.TempFiles.assertMalformed;
import static io.curlew.data.file.TempFiles.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.data.file.MalformedDataException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BeirDatasetTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  private Path corpus = Path.of("");

  @BeforeEach
  void writeCorpus() throws IOException {
    corpus =
        write(
            folder,
            "corpus.jsonl",
            "{\"_id\": \"d1\", \"title\": \"Curlew\", \"text\": \"a wader \", \"metadata\": {}}",
            "{\"_id\": \"d2\", \"title\": \" \", \"text\": \" two\\nlines\"}",
            "",
            "{\"_id\": 3, \"text\": \"caf\u00e9\", \"title\": null}");
  }

  private void writeQueries(String... extra) throws IOException {
    String[] lines = new String[extra.length + 2];
    lines[0] = "{\"_id\": \"q1\", \"text\": \"what wades\"}";
    lines[1] = "{\"_id\": \"q2\", \"text\": \"who sings\"}";
    System.arraycopy(extra, 0, lines, 2, extra.length);
    write(folder, "queries.jsonl", lines);
  }

  private void writeJudgements(String... lines) throws IOException {
    write(folder, "qrels/test.tsv", "query-id\tcorpus-id\tscore\n" + String.join("\n", lines));
  }

  @Test
  void readsAWholeDataSet() throws IOException {
    writeQueries(
        "{\"_id\": \"q3\", \"text\": \"What  wades\"}",
        "{\"_id\": \"q4\", \"text\": \"who sings\"}",
        "{\"_id\": \"q5\", \"text\": \"who sings\"}");
    writeJudgements("q1\td1\t1", "q9\td1\t1", "q1\tgone\t2");
    BeirDataset dataset = BeirDataset.open(folder);
    assertEquals(folder.getFileName() + "", dataset.name());
    List<Document> expected =
        List.of(
            new Document("d1", "Curlew a wader"),
            new Document("d2", "two\nlines"),
            new Document("3", "caf\u00e9"));
    assertEquals(expected, dataset.documents());
    assertEquals(expected, dataset.documents());
    assertEquals(5, dataset.queries().size());
    assertEquals(List.of(new TextQuery("q1", "what wades")), dataset.testQueries());
    assertEquals(2, dataset.judgements().queries().size());
    assertEquals(List.of("who sings"), dataset.anchorQueryCandidates());
  }

  @Test
  void trainingQueriesAreThoseOfTheirOwnFileThatAreNotJudgedForTheTest() throws IOException {
    writeQueries(
        "{\"_id\": \"q3\", \"text\": \"neither\"}",
        "{\"_id\": \"q4\", \"text\": \" What  Wades\"}"); // q1, which is judged for the test
    writeJudgements("q1\td1\t1");
    BeirDataset without = BeirDataset.open(folder);
    assertEquals(List.of(), without.trainQueries());
    assertEquals(Set.of(), without.trainJudgements().queries());
    write(
        folder,
        "qrels/train.tsv",
        "query-id\tcorpus-id\tscore\nq1\td2\t1\nq2\td1\t2\nq2\td2\t0\nq4\td1\t1\nq9\td1\t1");
    BeirDataset with = BeirDataset.open(folder);
    assertEquals(List.of(new TextQuery("q2", "who sings")), with.trainQueries());
    assertEquals(2, with.trainJudgements().judged("q2").get("d1"));
    assertEquals(Set.of("q1"), with.judgements().queries());
    Files.delete(folder.resolve("queries.jsonl"));
    assertEquals(List.of(), BeirDataset.open(folder).trainQueries());
  }

  @Test
  void queriesAndJudgementsAreOptional() throws IOException {
    BeirDataset bare = BeirDataset.open(folder);
    assertEquals(3, bare.documents().size());
    assertEquals(List.of(), bare.anchorQueryCandidates());
    assertMalformed(
        folder.resolve("qrels/test.tsv"),
        ": file must exist to evaluate, got: no such file",
        bare::judgements);
    assertMalformed(
        folder.resolve("queries.jsonl"),
        ": file must exist to evaluate, got: no such file",
        bare::queries);
    assertThrows(MalformedDataException.class, bare::testQueries);

    writeQueries();
    assertEquals(
        List.of("what wades", "who sings"), BeirDataset.open(folder).anchorQueryCandidates());
    Files.delete(folder.resolve("queries.jsonl"));
    writeJudgements("q1\td1\t1");
    BeirDataset withoutQueries = BeirDataset.open(folder);
    assertThrows(MalformedDataException.class, withoutQueries::testQueries);
  }

  @Test
  void streamsWithoutReadingAhead() throws IOException {
    corpus = write(folder, "corpus.jsonl", "{\"_id\":\"a\",\"text\":\"\"}", "{");
    BeirDataset dataset = BeirDataset.open(folder);
    try (DocumentReader documents = dataset.openDocuments()) {
      assertEquals("a", assertNotNullDocument(documents).id());
      assertThrows(MalformedDataException.class, documents::next);
    }
  }

  private static Document assertNotNullDocument(DocumentReader documents) throws IOException {
    Document document = documents.next();
    assertNotNull(document);
    return document;
  }

  @Test
  void namesFileAndLineOfAFaultInTheCorpus() throws IOException {
    String good = "{\"_id\": \"d1\", \"text\": \"x\"}";
    corpusFault(
        ":4: field _id must be unique, got: \"d1\" as on line 1",
        good,
        "",
        "{\"_id\": \"d2\", \"text\": \"x\"}",
        good);
    corpusFault(
        ":2: field _id must not be blank, got: \" \"", good, "{\"_id\":\" \",\"text\":\"\"}");
    corpusFault(":2: field _id must be a string, got: no such field", good, "{\"text\":\"\"}");
    corpusFault(":2: field _id must be a string, got: null", good, "{\"_id\":null,\"text\":\"\"}");
    corpusFault(":2: field text must be a string, got: no such field", good, "{\"_id\":\"d2\"}");
    corpusFault(":2: field text must be a string, got: 7", good, "{\"_id\":\"d2\",\"text\":7}");
    corpusFault(":2: line must be one JSON object, got: [1]", good, "[1]");
    corpusFault(": corpus must have at least one document, got: none");
    corpusFault(": corpus must have at least one document, got: none", "", " ");
    for (String bad : List.of("{", "x", "{} {}", "{\"_id\":\"a\",\"_id\":\"b\",\"text\":\"\"}")) {
      Path file = write(folder, "corpus.jsonl", good, bad);
      MalformedDataException e =
          assertThrows(MalformedDataException.class, () -> BeirDataset.open(folder).documents());
      assertTrue(
          String.valueOf(e.getMessage()).startsWith(file + ":2: line must be one JSON object ("),
          e.getMessage());
      assertTrue(String.valueOf(e.getMessage()).endsWith(", got: " + bad), e.getMessage());
      assertTrue(String.valueOf(e.getMessage()).lines().count() == 1, e.getMessage());
    }
    Files.write(
        corpus, "{\"_id\":\"d\",\"text\":\"caf\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1));
    assertMalformed(
        corpus,
        ":1: line must be valid UTF-8, got: byte 0xe9 at column 23",
        () -> BeirDataset.open(folder));
    Files.delete(corpus);
    assertMalformed(corpus, ": file must exist, got: no such file", () -> BeirDataset.open(folder));
    Path absent = folder.resolve("absent");
    assertMalformed(
        absent,
        ": data set must be a directory, got: no such directory",
        () -> BeirDataset.open(absent));
  }

  private void corpusFault(String rest, String... lines) throws IOException {
    Path file = write(folder, "corpus.jsonl", lines);
    assertMalformed(file, rest, () -> BeirDataset.open(folder).documents());
  }

  @Test
  void namesFileAndLineOfAFaultInTheQueries() throws IOException {
    Path file = folder.resolve("queries.jsonl");
    writeQueries("{\"_id\": \"q1\", \"text\": \"again\"}");
    assertMalformed(
        file,
        ":3: field _id must be unique, got: \"q1\" as on line 1",
        () -> BeirDataset.open(folder));
    writeQueries("{\"_id\": \"q3\", \"text\": \" \"}");
    assertMalformed(
        file, ":3: text of a query must not be blank, got: \" \"", () -> BeirDataset.open(folder));
  }

  @Test
  void documentsAndQueriesNeedAnId() {
    assertEquals(
        "document id must not be blank, got: \" \"",
        assertThrows(IllegalArgumentException.class, () -> new Document(" ", "x")).getMessage());
    assertThrows(IllegalArgumentException.class, () -> new TextQuery("", "x"));
  }
}
