package io.curlew.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.curlew.demo.index.CurlewIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands end to end, on a small BEIR directory and the real model. */
class CurlewTest {

  @TempDir Path directory;

  @Test
  void indexSearchEvaluateAndDoItAgainWithTheSameResult() throws IOException {
    Path data = dataset();
    Path index = directory.resolve("index");
    Path compared = directory.resolve("floats");
    assertEquals(
        0,
        run(
            "index",
            "--dataset",
            data.toString(),
            "--index",
            compared.toString(),
            "--anchors",
            "12",
            "--no-bytes"));
    assertEquals(0, index(data, index));
    assertEquals(0, run("anchors", "show", index.toString()));
    assertEquals(0, run("anchors", "compare", index.toString(), compared.toString()));
    assertEquals(
        0,
        run(
            "anchors",
            "create",
            "--dataset",
            data.toString(),
            "--anchors",
            "12",
            "--out",
            file("anchors")));
    assertEquals(0, run("anchors", "show", "--queries", "3", file("anchors")));
    for (String run : List.of("one", "two")) {
      assertEquals(0, index(data, index));
      assertEquals(
          0,
          run(
              "evaluate",
              "--dataset",
              data.toString(),
              "--index",
              index.toString(),
              "--budgets",
              "5,20",
              "--methods",
              "all",
              "--compare",
              compared.toString(),
              "--csv",
              file(run + ".csv"),
              "--json",
              file(run + ".json"),
              "--run-dir",
              file(run),
              "--html",
              file(run + ".html")));
    }
    JsonNode json = new ObjectMapper().readTree(directory.resolve("one.json").toFile());
    assertEquals(1 + 18 * 2 + 2 + 2, json.get("results").size()); // latent and hybrid once
    assertEquals(0, json.get("fused").size(), "nothing was learned to rank by");
    for (JsonNode result : json.get("results")) {
      int budget = result.path("budget").asInt(64);
      assertTrue(result.get("maxCalls").asInt() <= budget, result.toString());
      boolean fitted = List.of("axn-mf", "lemur").contains(result.get("method").asText());
      assertEquals(fitted, result.get("fittingCalls").asLong() > 0, result.toString());
    }
    agreeWithEachOther(json);
    List<String> recalls = recalls("one.csv");
    assertEquals(3, recalls.size(), recalls.toString());
    assertEquals(recalls, recalls("two.csv"));
    try (Stream<Path> runs = Files.list(directory.resolve("one"))) {
      for (Path run : runs.toList()) {
        assertTrue(
            Arrays.equals(
                Files.readAllBytes(run),
                Files.readAllBytes(directory.resolve("two").resolve(run.getFileName()))),
            run.toString());
      }
    }
    assertTrue(Files.readString(directory.resolve("one.html")).contains("<canvas"));
    assertEquals(
        0,
        run("search", "--index", index.toString(), "--budget", "9", "--json", "winter", "stone"));
  }

  @Test
  void aProfileRanksEveryMethodAndTheModelAloneIsReportedToo() throws IOException {
    Path data = dataset();
    Path index = directory.resolve("index");
    assertEquals(0, index(data, index));
    String at = index.toString();
    Path profile =
        Files.writeString(directory.resolve("profile.json"), "{\"bm25\": 0.5, \"dense\": 0}");
    String[] search = {"search", "--index", at, "--budget", "9", "winter", "--profile"};
    for (String method : List.of("adaptive", "latent", "fixed", "rerank", "exact")) {
      for (String stage : List.of("hybrid", "bm25", "dense")) {
        assertEquals(
            0, run(with(search, profile.toString(), "--method", method, "--first-stage", stage)));
      }
    }
    assertEquals(0, run(with(search, "learned")));
    CommandRun.refused("learned or a file", with(search, file("nowhere")));
    for (String wrong : List.of("", "null", "[1]", "{\"a\": null}", "{\"a\": 1e999}", "{\"a\"")) {
      Path file = Files.writeString(directory.resolve("wrong.json"), wrong);
      CommandRun.refused("wrong.json", with(search, file.toString()));
    }
    CommandRun.refused("hybrid", with(search, "none", "--first-stage", "magic"));
    assertEquals(
        0,
        run(
            "evaluate",
            "--dataset",
            data.toString(),
            "--index",
            at,
            "--budgets",
            "5",
            "--methods",
            "exact,rerank-hybrid,adaptive,latent,hybrid",
            "--profile",
            profile.toString(),
            "--run-dir",
            file("runs"),
            "--json",
            file("profile-run.json")));
    JsonNode json = new ObjectMapper().readTree(directory.resolve("profile-run.json").toFile());
    assertEquals(0.5, json.at("/profile/bm25").asDouble());
    assertEquals(0, json.get("fusedProfile").size());
    for (String part : List.of("results", "fused")) {
      List<String> methods = json.get(part).findValuesAsText("method");
      assertEquals(List.of("exact", "rerank-hybrid", "adaptive", "latent", "hybrid"), methods);
      assertEquals(0, json.get(part).get(3).get("maxCalls").asInt());
      assertEquals(5, json.get(part).get(2).get("maxCalls").asInt());
    }
    for (JsonNode worth : json.get("worth")) { // by each profile
      assertTrue(List.of("exact", "adaptive-5").contains(worth.get("method").asText()));
      assertTrue(worth.get("low").asDouble() <= worth.get("difference").asDouble());
      assertTrue(worth.get("difference").asDouble() <= worth.get("high").asDouble());
    }
    assertEquals(4, json.get("worth").size());
    assertTrue(Files.exists(directory.resolve("runs/adaptive-5.fused.run")));
    assertTrue(Files.exists(directory.resolve("runs/adaptive-5.run")));
  }

  @Test
  void queriesCutOutOfDocumentsSayWhatAgreesWithTheModel() throws IOException {
    Path data = dataset();
    Path index = directory.resolve("index");
    assertEquals(0, index(data, index));
    String[] evaluate = {"evaluate", "--index", index.toString(), "--budgets", "9"};
    CommandRun.refused("--pseudo-queries", with(evaluate));
    CommandRun.refused("at least 1, got: 0", with(evaluate, "--pseudo-queries", "0"));
    CommandRun.refused(
        "exclusive", with(evaluate, "--pseudo-queries", "3", "--dataset", data.toString()));
    assertEquals(
        0,
        run(
            with(
                evaluate,
                "--pseudo-queries",
                "7",
                "--json",
                file("cut.json"),
                "--html",
                file("cut.html"))));
    JsonNode json = new ObjectMapper().readTree(directory.resolve("cut.json").toFile());
    assertEquals(7, json.get("queries").asInt());
    assertEquals(1, json.get("calibration").size());
    assertEquals(0, json.get("worth").size());
    for (JsonNode result : json.get("results")) {
      assertTrue(result.get("ndcg@10").isNull());
      assertTrue(result.get("recall@10").asDouble() >= 0);
    }
  }

  private List<String> recalls(String csv) throws IOException {
    return Files.readString(directory.resolve(csv))
        .lines()
        .filter(line -> line.startsWith("results,\"adaptive 20\",recall@"))
        .toList();
  }

  /** Figures that are computed in two ways. */
  private static void agreeWithEachOther(JsonNode json) {
    for (JsonNode loss : json.get("lossByCause")) {
      double causes =
          loss.get("rank").asDouble()
              + loss.get("anchors").asDouble()
              + loss.get("fitted").asDouble();
      assertEquals(loss.get("total").asDouble(), causes, 1e-9);
      int k = loss.get("k").asInt();
      for (JsonNode result : json.get("results")) {
        boolean same = result.path("budget").asInt() == loss.get("budget").asInt();
        if (same && result.get("method").asText().equals("adaptive") && k == 10) {
          assertEquals(1 - result.get("recall@10").asDouble(), causes, 1e-9);
        }
      }
    }
    assertEquals(6 * 2 * 2, json.get("equalRecall").size()); // curves, depths, budgets
    for (JsonNode cost : json.get("equalRecall")) {
      assertTrue(cost.get("listCalls").asInt() <= 64, cost.toString());
    }
  }

  @Test
  void testQueriesThatTheModelCannotTakeAreLeftOut() throws IOException {
    Path data = dataset();
    Path index = directory.resolve("index");
    assertEquals(0, index(data, index));
    Files.writeString(
        data.resolve("queries.jsonl"),
        "{\"_id\": \"q4\", \"text\": \"" + "stone ".repeat(600) + "\"}\n",
        StandardOpenOption.APPEND);
    Files.writeString(data.resolve("qrels/test.tsv"), "q4\td33\t1\n", StandardOpenOption.APPEND);
    String[] evaluate = {
      "evaluate", "--dataset", data.toString(), "--index", index.toString(), "--budgets", "5"
    };
    assertEquals(0, run(with(evaluate, "--json", file("long.json"))));
    JsonNode json = new ObjectMapper().readTree(directory.resolve("long.json").toFile());
    assertEquals(2, json.get("queries").asInt());
  }

  @Test
  void rowsInAFewBytes() throws IOException {
    Path data = dataset();
    Path index = directory.resolve("index");
    String[] command = {
      "index", "--dataset", data.toString(), "--index", index.toString(), "--anchors", "12"
    };
    assertEquals(0, run(with(command, "--bytes-per-document", "5")));
    assertEquals(0, run("search", "--index", index.toString(), "--budget", "9", "winter"));
    assertEquals(0, run(with(command, "--append")));
    CommandRun.refused("12, got: 13", with(command, "--bytes-per-document", "13"));
    CommandRun.refused("12, got: -1", with(command, "--bytes-per-document", "-1"));
    CommandRun.refused("--bytes", with(command, "--bytes-per-document", "5", "--bytes"));
    CommandRun.refused("--no-bytes", with(command, "--bytes-per-document", "5", "--no-bytes"));
    CommandRun.refused(
        "--dimensions", with(command, "--bytes-per-document", "5", "--dimensions", "6"));
    assertEquals(0, run("search", "--index", index.toString(), "--budget", "9", "stone"));
  }

  private static String[] with(String[] command, String... more) {
    return Stream.of(command, more).flatMap(Arrays::stream).toArray(String[]::new);
  }

  @Test
  void badInputEndsWithTwoAndOneLineAndLeavesNothing() throws IOException {
    Path data = dataset();
    Path index = directory.resolve("index");
    assertEquals(0, index(data, index));
    String at = index.toString();
    CommandRun.refused("budget", "search", "--index", at, "--budget", "0", "a query");
    CommandRun.refused("method", "search", "--index", at, "--method", "magic", "a query");
    CommandRun.refused(
        "method", "evaluate", "--dataset", data.toString(), "--index", at, "--methods", "magic");
    CommandRun.refused(
        "budget", "evaluate", "--dataset", data.toString(), "--index", at, "--budgets", "0");
    CommandRun.refused("directory", "search", "--index", file("nowhere"), "a query");
    CommandRun.refused(
        "1024", "index", "--dataset", data.toString(), "--index", file("x"), "--anchors", "1025");
    CommandRun.refused("nowhere", "index", "--dataset", file("nowhere"), "--index", file("x"));
    CommandRun.refused(
        "skeleton",
        "index",
        "--dataset",
        data.toString(),
        "--index",
        file("x"),
        "--anchor-selection",
        "popular");

    Path corpus = data.resolve("corpus.jsonl");
    String good = Files.readString(corpus);
    Path fewer = directory.resolve("fewer");
    Files.writeString(corpus, good.substring(0, good.lastIndexOf("{")));
    assertEquals(0, index(data, fewer));
    Files.writeString(corpus, good);
    CommandRun.refused(
        "same 64 documents, got: 63",
        "evaluate",
        "--dataset",
        data.toString(),
        "--index",
        at,
        "--methods",
        "adaptive",
        "--compare",
        fewer.toString());
    Files.writeString(corpus, good + "not json\n");
    CommandRun.refused(
        "corpus.jsonl:65", "index", "--dataset", data.toString(), "--index", file("x"));
    Files.writeString(corpus, good + good.lines().findFirst().orElse("") + "\n");
    CommandRun.refused(
        "corpus.jsonl:65", "index", "--dataset", data.toString(), "--index", file("x"));
    Files.writeString(corpus, "");
    CommandRun.refused("corpus.jsonl", "index", "--dataset", data.toString(), "--index", file("x"));
    Files.writeString(corpus, good);
    assertFalse(Files.exists(directory.resolve("x")));
    assertFalse(Files.exists(directory.resolve("x.tmp")));

    Files.writeString(data.resolve("qrels/test.tsv"), "query-id\tcorpus-id\tscore\nq1\tno\t1\n");
    CommandRun.refused("relevant", "evaluate", "--dataset", data.toString(), "--index", at);

    Path other = directory.resolve("other");
    assertEquals(
        0,
        run(
            "index",
            "--dataset",
            data.toString(),
            "--index",
            other.toString(),
            "--anchors",
            "7",
            "--anchor-selection",
            "skeleton"));
    Path anchors = index.resolve(CurlewIndex.ANCHOR_FILE);
    byte[] bytes = Files.readAllBytes(anchors);
    Files.write(anchors, Arrays.copyOf(bytes, bytes.length / 2));
    CommandRun.refused("truncated", "search", "--index", at, "a query");
    Files.writeString(anchors, "something else");
    CommandRun.refused("CURLEWAN", "search", "--index", at, "a query");
    Files.write(anchors, Files.readAllBytes(other.resolve(CurlewIndex.ANCHOR_FILE)));
    CommandRun.refused("anchor set", "search", "--index", at, "a query");
    Files.write(anchors, bytes);
    try (Stream<Path> files = Files.list(index)) {
      for (Path file : files.filter(one -> one.toString().endsWith(".cfs")).toList()) {
        byte[] segment = Files.readAllBytes(file);
        segment[segment.length / 2] ^= 1;
        Files.write(file, segment);
      }
    }
    CommandRun.refused("checksum failed", "search", "--index", at, "a query");
  }

  private int index(Path data, Path index) {
    return run(
        "index", "--dataset", data.toString(), "--index", index.toString(), "--anchors", "12");
  }

  private static int run(String... arguments) {
    return Curlew.run(arguments);
  }

  private String file(String name) {
    return directory.resolve(name).toString();
  }

  private Path dataset() throws IOException {
    return SmallDataset.write(directory.resolve("data"));
  }
}
