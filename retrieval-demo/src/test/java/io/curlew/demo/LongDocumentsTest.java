package io.curlew.demo;

import static io.curlew.demo.CommandRun.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.curlew.attention.scoring.EncodedText;
import io.curlew.attention.scoring.LateInteractionModel;
import io.curlew.attention.scoring.TextRole;
import io.curlew.cur.ExactSearch;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.model.Passages;
import io.curlew.data.Document;
import io.curlew.demo.index.CurlewIndex;
import io.curlew.demo.index.Datasets;
import io.curlew.demo.index.DocumentCuts;
import io.curlew.demo.index.DocumentReading;
import io.curlew.demo.index.Models;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Function;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.store.FSDirectory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Indexes of documents that are longer than what the model reads, from the command line. */
class LongDocumentsTest {

  private static final int TOKENS = 32;
  private static final Passages PASSAGES = new Passages(16, 4);
  private static final List<String> WORDS =
      List.of("river", "stone", "music", "engine", "garden", "winter", "paper", "harbour");

  /** What the last words of a long document are about. */
  private static final List<String> ENDS =
      List.of("kingfisher", "volcano", "violin", "submarine", "mushroom", "telescope");

  @TempDir private Path room;
  private Path data = Path.of("");
  private List<Document> documents = List.of();

  @BeforeEach
  void write() throws IOException {
    data = write("data", 1);
    documents = Datasets.open(data.toString(), "all", 42).documents();
  }

  private Path write(String name, int seed) throws IOException {
    return write(name, seed, 40, 40);
  }

  /** Three long documents of four, some with an end of their own. */
  private Path write(String name, int seed, int count, int shortest) throws IOException {
    Path to = Files.createDirectories(room.resolve(name));
    Files.createDirectories(to.resolve("qrels"));
    Random random = new Random(seed);
    StringBuilder corpus = new StringBuilder();
    for (int d = 0; d < count; d++) {
      StringBuilder text = new StringBuilder();
      int words = d % 4 == 3 ? 6 : shortest + random.nextInt(shortest);
      for (int w = 0; w < words; w++) {
        text.append(WORDS.get(random.nextInt(WORDS.size()))).append(' ');
      }
      String end = d % 4 == 0 && d / 4 < ENDS.size() ? ENDS.get(d / 4) : "neighbour";
      text.append("and at the end they saw a ").append(end);
      corpus.append(
          String.format(
              Locale.ROOT,
              "{\"_id\": \"%s%d\", \"title\": \"\", \"text\": \"%s\"}%n",
              name,
              d,
              text));
    }
    Files.writeString(to.resolve("corpus.jsonl"), corpus);
    StringBuilder queries = new StringBuilder();
    StringBuilder judged = new StringBuilder("query-id\tcorpus-id\tscore\n");
    for (int q = 0; q < ENDS.size(); q++) {
      queries.append("{\"_id\": \"q" + q + "\", \"text\": \"a " + ENDS.get(q) + "\"}\n");
      judged.append("q" + q + "\t" + name + 4 * q + "\t1\n");
    }
    Files.writeString(to.resolve("queries.jsonl"), queries);
    Files.writeString(to.resolve("qrels/test.tsv"), judged);
    return to;
  }

  private CommandRun index(String name, String... more) {
    List<String> command = new ArrayList<>(List.of("index", "--anchors", "12", "--index"));
    command.add(at(name).toString());
    if (!List.of(more).contains("--from-lucene")) {
      command.addAll(List.of("--dataset", data.toString()));
    }
    command.addAll(List.of(more));
    CommandRun run = CommandRun.of(command.toArray(String[]::new));
    assertEquals(0, run.exit(), run.error());
    return run;
  }

  private Path at(String name) {
    return room.resolve(name);
  }

  /** What is cut of some documents, and so many tokens are all of their texts. */
  private static DocumentCuts cuts(List<Document> of, boolean passages) throws IOException {
    long cutDocuments = 0;
    long tokens = 0;
    long cutTokens = 0;
    try (LateInteractionModel whole =
        Models.lateInteraction(new DocumentReading(512, false, DocumentReading.EXACT).options())) {
      for (Document document : of) {
        List<String> texts = passages ? PASSAGES.of(document.text()) : List.of(document.text());
        long cut = 0;
        for (EncodedText text : whole.encoder().encode(TextRole.DOCUMENT, texts)) {
          tokens += text.tokens();
          cut += Math.max(0, text.tokens() - TOKENS);
        }
        cutTokens += cut;
        cutDocuments += cut > 0 ? 1 : 0;
      }
    }
    return new DocumentCuts(of.size(), cutDocuments, tokens, cutTokens);
  }

  /** For how many of the queries the document is first whose end they ask for. */
  private int found(CurlewIndex index) throws IOException {
    int found = 0;
    for (int q = 0; q < ENDS.size(); q++) {
      SearchRequest request = SearchRequest.of("a " + ENDS.get(q), 1, 40);
      String first =
          index
              .searcher()
              .search(new ExactSearch(), List.of(), index.scorer(), request)
              .hits()
              .getFirst()
              .id();
      found += first.equals(documents.get(4 * q).id()) ? 1 : 0;
    }
    return found;
  }

  /** Every dense vector of an index must be the normalised mean of those of some texts. */
  private static void assertVectors(CurlewIndex index, Function<String, List<String>> texts)
      throws IOException {
    for (LeafReaderContext leaf : index.searcher().indexSearcher().getIndexReader().leaves()) {
      FloatVectorValues vectors =
          Objects.requireNonNull(leaf.reader().getFloatVectorValues(index.fields().dense()));
      for (int d = 0; d < vectors.size(); d++) {
        String text = index.searcher().texts(new int[] {leaf.docBase + d}).getFirst();
        float[][] parts =
            index.lateInteraction().encoder().pooled(TextRole.DOCUMENT, texts.apply(text));
        double[] sum = new double[parts[0].length];
        double squares = 0;
        for (int i = 0; i < sum.length; i++) {
          for (float[] part : parts) {
            sum[i] += part[i];
          }
          squares += sum[i] * sum[i];
        }
        for (int i = 0; i < sum.length; i++) {
          assertEquals(sum[i] / Math.sqrt(squares), vectors.vectorValue(d)[i], 1e-5);
        }
      }
    }
  }

  private JsonNode evaluated(String index) throws IOException {
    Path json = at(index + ".json");
    Path html = at(index + ".html");
    CommandRun run =
        CommandRun.of(
            "evaluate",
            "--dataset",
            data.toString(),
            "--index",
            at(index).toString(),
            "--budgets",
            "10",
            "--methods",
            "exact,adaptive",
            "--json",
            json.toString(),
            "--html",
            html.toString());
    assertEquals(0, run.exit(), run.error());
    JsonNode report = new ObjectMapper().readTree(json.toFile());
    String limit = "cut at " + report.at("/cut/maxTokens").asInt() + " tokens; ";
    assertTrue(Files.readString(html).contains(limit), limit);
    return report;
  }

  @Test
  void aTextWhoseAnswerStandsAtTheEndIsFoundByPassages() throws IOException {
    CommandRun cut = index("cut", "--max-tokens", "32");
    DocumentCuts expected = cuts(documents, false);
    assertEquals(30, expected.cutDocuments());
    String share = String.format(Locale.ROOT, "%.1f %% of all tokens", 100 * expected.tokenShare());
    for (String said : List.of("75.0 % of the documents", "at 32 tokens", share, "--passages")) {
      assertTrue(cut.error().contains(said), cut.error());
    }
    CommandRun read = index("read", "--max-tokens", "32", "--passages");
    assertFalse(read.error().contains("not read"), read.error());
    try (CurlewIndex one = CurlewIndex.open(at("cut"));
        CurlewIndex other = CurlewIndex.open(at("read"))) {
      assertEquals(new DocumentReading(TOKENS, false, DocumentReading.EXACT), one.reading());
      assertEquals(new DocumentReading(TOKENS, true, DocumentReading.EXACT), other.reading());
      assertEquals(expected, one.cuts());
      assertEquals(cuts(documents, true), other.cuts());
      assertTrue(other.anchors().isQueryModel());
      assertTrue(other.model().fingerprint().startsWith("passages:16:4:late-interaction:"));
      String whole = documents.getFirst().text();
      String beginning = String.join(" ", List.of(whole.split(" ")).subList(0, 34));
      List<String> asked = List.of("a kingfisher");
      assertArrayEquals(
          one.model().score(asked, List.of(whole)), one.model().score(asked, List.of(beginning)));
      assertTrue(found(one) <= 2, "the ends are not read");
      assertEquals(ENDS.size(), found(other));
      assertVectors(one, List::of);
      assertVectors(other, PASSAGES::of);
    }
    for (String index : List.of("cut", "read")) {
      assertEquals(
          0, Curlew.run("search", "--index", at(index).toString(), "--budget", "9", "a violin"));
    }
    JsonNode before = evaluated("cut");
    JsonNode after = evaluated("read");
    assertEquals(TOKENS, before.at("/cut/maxTokens").asInt());
    assertFalse(before.at("/cut/passages").asBoolean(true));
    assertEquals(0.75, before.at("/cut/documents").asDouble());
    assertEquals(expected.tokenShare(), before.at("/cut/tokens").asDouble());
    assertTrue(before.at("/cut/pairs").isNull());
    assertTrue(after.at("/cut/passages").asBoolean());
    assertEquals(0, after.at("/cut/documents").asDouble(1));
    assertEquals("exact", after.at("/results/0/method").asText());
    assertEquals(1, after.at("/results/0/mrr@10").asDouble(), 1e-9);
    assertTrue(before.at("/results/0/mrr@10").asDouble() < 0.7);
  }

  /** Texts of some 600 to 1,200 tokens: the ends are out of the model's reach. */
  @Test
  void nystromAttentionReadsWhatTheModelCannot() throws IOException {
    data = write("long", 3, 24, 560);
    documents = Datasets.open(data.toString(), "all", 42).documents();
    index("cut", "--max-tokens", "512");
    CommandRun read = index("read", "--attention", "nystrom");
    assertFalse(read.error().contains("not read"), read.error());
    try (CurlewIndex cut = CurlewIndex.open(at("cut"));
        CurlewIndex shipped = CurlewIndex.open(at("read"))) {
      assertEquals(new DocumentReading(4096, false, DocumentReading.NYSTROM), shipped.reading());
      assertTrue(found(cut) <= 2, "the ends are not read");
      assertTrue(found(shipped) >= ENDS.size() - 1, "found: " + found(shipped));
      assertVectors(shipped, List::of);
      // what the model takes whole is read by it
      List<String> texts = List.of(documents.get(3).text());
      List<String> queries = List.of("a neighbour");
      assertArrayEquals(cut.model().score(queries, texts), shipped.model().score(queries, texts));
    }
    refused("--max-tokens must be between 3 and 8192", indexing("--max-tokens", "8193"));
  }

  @Tag("proof")
  @Test
  void anEncoderOfOnesOwnReadsThemToo() throws IOException {
    data = write("long", 3, 24, 560);
    String adapters = distill("distilled.safetensors");
    index("own", "--attention", adapters, "--max-tokens", "2048");
    try (CurlewIndex own = CurlewIndex.open(at("own"))) {
      assertEquals(new DocumentReading(2048, false, adapters), own.reading());
    }
    assertEquals(0, Curlew.run("search", "--index", at("own").toString(), "a violin"));
    JsonNode cut = evaluated("own").get("cut");
    assertEquals(2048, cut.get("maxTokens").asInt());
    assertEquals(0, cut.get("tokens").asDouble(1));
    refused("at most the 4096", indexing("--attention", adapters, "--max-tokens", "5000"));
  }

  @Test
  void badNumbersAreRefusedBeforeAnyWork() throws IOException {
    String out = at("never").toString();
    refused("--max-tokens must be at least 2048", "distill", "--out", out, "--max-tokens", "2047");
    refused("--rank must be at least 1", "distill", "--out", out, "--rank", "0");
    refused("--epoch-texts must be at least 1", "distill", "--out", out, "--epoch-texts", "0");
    Path few = write("few", 5, 1, 40); // and that one is judged
    String work = at("work").toString();
    refused("at least 2 documents", "distill", "--out", out, "--work", work, "--dataset", few + "");
    assertFalse(Files.exists(at("never")));
  }

  private String[] indexing(String... more) {
    List<String> command =
        new ArrayList<>(
            List.of("index", "--dataset", data.toString(), "--index", at("no").toString()));
    if (!List.of(more).contains("--attention")) {
      command.addAll(List.of("--attention", "nystrom"));
    }
    command.addAll(List.of(more));
    return command.toArray(String[]::new);
  }

  /** Made in two steps, and not made again. */
  private String distill(String name) throws IOException {
    String out = at(name).toString();
    String[] command = {
      "distill",
      "--dataset",
      data.toString(),
      "--out",
      out,
      "--work",
      at("work").toString(),
      "--max-tokens",
      "4096",
      "--rank",
      "2",
      "--epochs",
      "1",
      "--epoch-texts",
      "2",
      "--texts-per-step",
      "1"
    };
    CommandRun run = CommandRun.of(command);
    assertEquals(0, run.exit(), run.error());
    assertTrue(run.error().contains("epoch 1"), run.error());
    byte[] made = Files.readAllBytes(at(name));
    Files.delete(at(name));
    assertEquals(0, Curlew.run(command)); // goes on at the end
    assertArrayEquals(made, Files.readAllBytes(at(name)));
    return out;
  }

  @Test
  void whatIsAddedIsReadAsTheRestAndCounted() throws IOException {
    index("index", "--max-tokens", "32");
    Path more = write("more", 2);
    List<String> append =
        List.of("index", "--dataset", more.toString(), "--index", at("index").toString());
    for (List<String> own : List.of(List.of("--max-tokens", "64"), List.of("--passages"))) {
      List<String> bad = new ArrayList<>(append);
      bad.add("--append");
      bad.addAll(own);
      refused("without --append", bad.toArray(String[]::new));
    }
    List<String> good = new ArrayList<>(append);
    good.add("--append");
    assertEquals(0, Curlew.run(good.toArray(String[]::new)));
    List<Document> all = new ArrayList<>(documents);
    all.addAll(Datasets.open(more.toString(), "all", 42).documents());
    try (CurlewIndex index = CurlewIndex.open(at("index"))) {
      assertEquals(80, index.searcher().documentCount());
      assertEquals(new DocumentReading(TOKENS, false, DocumentReading.EXACT), index.reading());
      assertEquals(cuts(all, false), index.cuts());
    }
  }

  @Test
  void anIndexThatSaysNothingIsReadAsBefore() throws IOException {
    index("index");
    try (CurlewIndex index = CurlewIndex.open(at("index"))) {
      assertEquals(DocumentReading.DEFAULT, index.reading());
      assertEquals(0, Objects.requireNonNull(index.cuts()).cutTokens());
    }
    try (FSDirectory directory = FSDirectory.open(at("index"))) {
      SegmentInfos infos = SegmentInfos.readLatestCommit(directory);
      Map<String, String> old = new HashMap<>(infos.getUserData());
      int now = old.size();
      old.keySet().removeIf(key -> key.matches("curlew\\.(max|passages|attention|read|cut).*"));
      assertEquals(now - 7, old.size());
      infos.setUserData(old, /* doIncrementVersion= */ true);
      infos.commit(directory);
    }
    try (CurlewIndex index = CurlewIndex.open(at("index"))) {
      assertEquals(DocumentReading.DEFAULT, index.reading());
      assertEquals(128, index.reading().options().maxDocumentTokens());
      assertNull(index.cuts());
    }
    JsonNode cut = evaluated("index").get("cut");
    assertEquals(128, cut.get("maxTokens").asInt());
    assertTrue(cut.get("documents").isNull() && cut.get("tokens").isNull(), cut.toString());
    index("index", "--append");
    try (CurlewIndex index = CurlewIndex.open(at("index"))) {
      assertNull(index.cuts(), "what was cut of the others is still not known");
    }
  }

  @Test
  void anIndexOfLuceneIsReadLikewise() throws IOException {
    Path source = at("source");
    try (FSDirectory directory = FSDirectory.open(source);
        IndexWriter writer =
            new IndexWriter(directory, new IndexWriterConfig(new StandardAnalyzer()))) {
      for (Document document : documents) {
        writer.addDocument(
            List.of(
                new StringField("key", document.id(), Field.Store.YES),
                new TextField("body", document.text(), Field.Store.YES)));
      }
    }
    String from = source.toString();
    index("cut", "--from-lucene", from, "--text", "body", "--id", "key", "--max-tokens", "32");
    CommandRun read =
        index(
            "read",
            "--from-lucene",
            from,
            "--text",
            "body",
            "--id",
            "key",
            "--max-tokens",
            "32",
            "--passages");
    assertFalse(read.error().contains("not read"), read.error());
    try (CurlewIndex one = CurlewIndex.open(at("cut"));
        CurlewIndex other = CurlewIndex.open(at("read"))) {
      assertEquals(cuts(documents, false), one.cuts());
      assertEquals(cuts(documents, true), other.cuts());
      assertTrue(found(one) <= 2, "the ends are not read");
      assertEquals(ENDS.size(), found(other));
    }
  }

  @Test
  void aCrossEncoderReadsPassagesToo() throws IOException {
    index("index", "--model", "cross-encoder", "--max-tokens", "32", "--passages");
    try (CurlewIndex index = CurlewIndex.open(at("index"))) {
      assertTrue(index.model().fingerprint().startsWith("passages:16:4:cross-encoder:"));
      assertTrue(index.anchors().modelFingerprint().startsWith("passages:16:4:late-interaction:"));
      List<String> asked = List.of("a violin", "stone in the garden");
      try (Models plain = Models.open(Models.CROSS_ENCODER, DocumentReading.DEFAULT)) {
        for (Document document : documents.subList(7, 10)) {
          float[][] each = plain.model().score(asked, PASSAGES.of(document.text()));
          float[][] best = index.model().score(asked, List.of(document.text()));
          for (int q = 0; q < each.length; q++) {
            Arrays.sort(each[q]);
            assertEquals(each[q][each[q].length - 1], best[q][0], 1e-5);
          }
        }
      }
      assertNotNull(index.cutPairs());
    }
    assertEquals(0, evaluated("index").at("/cut/pairs").asDouble(1));
  }

  @Test
  void whatCannotBeReadIsRefused() throws IOException {
    String[] command = {"index", "--dataset", data.toString(), "--index", at("never").toString()};
    refused(
        "--max-tokens must be between 3 and 512 with --attention exact, got: 513",
        with(command, "513"));
    refused(
        "--max-tokens must be between 3 and 512 with --attention exact, got: 2",
        with(command, "2"));
    refused(
        "--store-tokens must be given without --passages",
        with(command, "32", "--passages", "--store-tokens"));
    assertFalse(Files.exists(at("never")));
  }

  private static String[] with(String[] command, String tokens, String... more) {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(List.of("--max-tokens", tokens));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }
}
