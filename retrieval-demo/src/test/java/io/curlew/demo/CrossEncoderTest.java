package io.curlew.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.curlew.attention.bert.BertConfig;
import io.curlew.attention.bert.BertEncoder;
import io.curlew.attention.bert.CrossEncoder;
import io.curlew.attention.bert.Pretrained;
import io.curlew.attention.bert.SafetensorsFile;
import io.curlew.attention.scoring.CrossEncoderModel;
import io.curlew.attention.scoring.CrossEncoderOptions;
import io.curlew.cur.model.InteractionModel;
import io.curlew.data.Document;
import io.curlew.data.TextQuery;
import io.curlew.data.WordNetDataset;
import io.curlew.data.model.CrossEncoderFiles;
import io.curlew.demo.evaluate.Methods;
import io.curlew.demo.index.CurlewIndex;
import io.curlew.demo.index.DocumentReading;
import io.curlew.demo.index.Models;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The trained cross-encoder that is shipped, and the commands that take one. */
class CrossEncoderTest {

  @TempDir private Path directory;

  private static Pretrained merged() throws Exception {
    try (InputStream adapters = CrossEncoderFiles.openAdapters();
        InputStream onnx = CrossEncoderFiles.base().openModel()) {
      return Pretrained.onnx(onnx).merge(SafetensorsFile.read(adapters).arrays());
    }
  }

  @Tag("proof")
  @Test
  void int8AgreesWithFloatAndRanksBetterThanLateInteraction() throws Exception {
    WordNetDataset dataset = WordNetDataset.sample(400, 7);
    List<TextQuery> queries = dataset.testQueries().subList(0, 25);
    List<String> texts = new ArrayList<>();
    List<String> ids = new ArrayList<>();
    for (Document document : dataset.documents().subList(0, 100)) {
      texts.add(document.text());
      ids.add(document.id());
    }
    for (TextQuery query : queries) {
      String judged = query.id().substring(0, query.id().lastIndexOf('-'));
      for (Document document : dataset.documents()) {
        if (document.id().equals(judged) && !ids.contains(judged)) {
          texts.add(document.text());
          ids.add(judged);
        }
      }
    }
    List<String> asked = queries.stream().map(TextQuery::text).toList();
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        Models models = Models.open(Models.CROSS_ENCODER, DocumentReading.DEFAULT)) {
      float[][] int8 = models.model().score(asked, texts);
      double trained = reciprocalRank(int8, queries, ids);
      double untrained = reciprocalRank(models.lateInteraction().score(asked, texts), queries, ids);
      assertTrue(trained > untrained, trained + " must be above " + untrained);

      CrossEncoder block =
          new CrossEncoder(new BertEncoder(BertConfig.miniLmL6().withPooler(true)));
      merged().load(block, manager);
      try (CrossEncoderModel floats =
          CrossEncoderModel.open(
              block, CrossEncoderFiles.base()::openTokenizer, CrossEncoderOptions.defaults())) {
        float[][] some = floats.score(asked.subList(0, 3), texts);
        double correlation = correlation(some, Arrays.copyOf(int8, 3));
        assertTrue(correlation > 0.98, "correlation must be above 0.98, got: " + correlation);
      }
    }
  }

  private static double reciprocalRank(
      float[][] scores, List<TextQuery> queries, List<String> ids) {
    double sum = 0;
    for (int q = 0; q < scores.length; q++) {
      String id = queries.get(q).id();
      float right = scores[q][ids.indexOf(id.substring(0, id.lastIndexOf('-')))];
      int rank = 0;
      for (float score : scores[q]) {
        rank += score >= right ? 1 : 0;
      }
      sum += 1.0 / rank;
    }
    return sum / scores.length;
  }

  private static double correlation(float[][] one, float[][] other) {
    int n = one.length * one[0].length;
    double x = 0;
    double y = 0;
    double xy = 0;
    double xx = 0;
    double yy = 0;
    for (int q = 0; q < one.length; q++) {
      for (int d = 0; d < one[q].length; d++) {
        x += one[q][d];
        y += other[q][d];
        xy += (double) one[q][d] * other[q][d];
        xx += (double) one[q][d] * one[q][d];
        yy += (double) other[q][d] * other[q][d];
      }
    }
    return (n * xy - x * y) / Math.sqrt((n * xx - x * x) * (n * yy - y * y));
  }

  @Test
  void anExportOfTheSameModelGivesTheSameScores() throws Exception {
    assertEquals(0, Curlew.run("export", "--out", directory.toString()));
    List<String> documents = List.of("run, campaign: seek an elective office", "bank: a slope");
    try (InteractionModel shipped = Models.crossEncoder(CrossEncoderFiles.openAdapters())) {
      float[] expected = shipped.score(List.of("he ran for office"), documents)[0];
      for (Path path : List.of(directory, directory.resolve("model.onnx"))) {
        try (Models exported = Models.open(path.toString(), DocumentReading.DEFAULT)) {
          assertArrayEquals(
              expected, exported.model().score(List.of("he ran for office"), documents)[0]);
        }
      }
    }
  }

  @Test
  void anchorsOfEitherModelIndexAndEvaluate() throws Exception {
    for (String anchorModel : List.of(Models.CROSS_ENCODER, Models.LATE_INTERACTION)) {
      String index = directory.resolve(anchorModel).toString();
      assertEquals(
          0,
          Curlew.run(
              "index",
              "--dataset",
              "wordnet",
              "--documents",
              "150",
              "--anchors",
              "6",
              "--index",
              index,
              "--model",
              Models.CROSS_ENCODER,
              "--anchor-model",
              anchorModel,
              "--cache",
              directory.resolve("scores-" + anchorModel).toString()));
      Path json = directory.resolve(anchorModel + ".json");
      evaluate(index, json);
      JsonNode report = new ObjectMapper().readTree(json.toFile());
      assertEquals(7, report.get("results").size());
      assertEquals(1, report.get("results").get(0).get("recall@10").asDouble());
      for (JsonNode result : report.get("results")) {
        assertTrue(result.path("budget").asInt(150) >= result.get("maxCalls").asInt());
      }
      assertFalse(report.get("relevanceDifferences").isEmpty());
      JsonNode feedback = report.get("results").get(6); // trained on rows, or 6 lists of 50 scored
      assertEquals(
          anchorModel.equals(Models.CROSS_ENCODER) ? 0 : 6 * 50,
          feedback.get("fittingCalls").asInt());
    }
    String index = directory.resolve(Models.LATE_INTERACTION).toString();
    evaluate(index, directory.resolve("again.json")); // with the scores in the cache
    try (CurlewIndex opened = CurlewIndex.open(Path.of(index))) {
      assertFalse(Methods.of(List.of("all"), opened).contains("lemur"));
    }
    CommandRun.refused(
        "late-interaction",
        "evaluate",
        "--dataset",
        "wordnet",
        "--index",
        index,
        "--methods",
        "lemur");
    assertEquals(0, Curlew.run("search", "--index", index, "--budget", "9", "a bird sang"));
  }

  private void evaluate(String index, Path json) {
    assertEquals(
        0,
        Curlew.run(
            "evaluate",
            "--dataset",
            "wordnet",
            "--index",
            index,
            "--queries",
            "6",
            "--exact-queries",
            "2",
            "--budgets",
            "10",
            "--methods",
            "exact,maxsim,rerank-maxsim,rerank-bm25,adaptive,adaptive-maxsim,qdrant",
            "--cache",
            directory.resolve("scores").toString(),
            "--json",
            json.toString()));
  }

  @Test
  void badInputEndsWithTwo() {
    String nowhere = directory.resolve("nowhere").toString();
    assertEquals(
        2, Curlew.run("index", "--dataset", "wordnet", "--index", nowhere, "--model", nowhere));
    assertEquals(
        2,
        Curlew.run(
            "index",
            "--dataset",
            "wordnet",
            "--index",
            nowhere,
            "--anchor-model",
            "cross-encoder"));
    assertFalse(Files.exists(Path.of(nowhere)));
  }
}
