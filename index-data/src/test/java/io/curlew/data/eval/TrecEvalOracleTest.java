package io.curlew.data.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.curlew.data.eval.Run.Hit;
import io.curlew.data.file.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import uk.ac.gla.terrier.jtreceval.trec_eval;

/** Our measures against the trec_eval program, on random runs and judgements full of odd cases. */
class TrecEvalOracleTest {
  private static final int ROUNDS = 60;
  private static final double FOUR_DECIMALS = 0.5001e-4;

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  @Test
  void agreesToFourDecimals() throws IOException {
    assumeTrue(trec_eval.isPlatformSupported(), "no trec_eval for this platform");
    Random random = Seeds.random(TrecEvalOracleTest.class);
    trec_eval oracle = new trec_eval();
    int compared = 0;
    for (int round = 0; round < ROUNDS; round++) {
      int queries = 2 + random.nextInt(8);
      Path qrels = Files.write(folder.resolve("qrels"), randomQrels(random, queries));
      Path runFile = Files.write(folder.resolve("run"), randomRun(random, queries));
      Judgements judgements = Judgements.readTrec(qrels);
      Run run = Run.read(runFile);
      compared += compare(oracle, qrels, runFile, run, judgements, round);

      // A run of ours, its order given by hand, must measure the same before and after writing.
      Run shuffled = shuffled(run, random);
      Path written = folder.resolve("written");
      shuffled.write(written);
      compared += compare(oracle, qrels, written, shuffled, judgements, round);
    }
    assertTrue(compared > 100 * ROUNDS, "only " + compared + " values compared");
  }

  private static int compare(
      trec_eval oracle, Path qrels, Path file, Run run, Judgements judgements, int round) {
    int compared = 0;
    Map<String, Measure> measures = new LinkedHashMap<>();
    measures.put("map", Measures.averagePrecision());
    for (int k : new int[] {1, 3, 10, 100}) {
      measures.put("recall_" + k, Measures.recall(k));
      measures.put("ndcg_cut_" + k, Measures.ndcg(k));
    }
    for (boolean complete : new boolean[] {false, true}) {
      Map<String, Map<String, Double>> all =
          run(
              oracle,
              complete,
              qrels,
              file,
              "-m",
              "map",
              "-m",
              "recall.1,3,10,100",
              "-m",
              "ndcg_cut.1,3,10,100");
      for (Map.Entry<String, Measure> entry : measures.entrySet()) {
        compared +=
            compare(all, entry.getKey(), entry.getValue(), complete, run, judgements, round);
      }
    }
    for (int k : new int[] {2, 10}) {
      Map<String, Map<String, Double>> cut =
          run(oracle, false, qrels, file, "-M", "" + k, "-m", "recip_rank");
      compared +=
          compare(cut, "recip_rank", Measures.reciprocalRank(k), false, run, judgements, round);
    }
    return compared;
  }

  private static int compare(
      Map<String, Map<String, Double>> expected,
      String name,
      Measure measure,
      boolean complete,
      Run run,
      Judgements judgements,
      int round) {
    Map<String, Double> values = expected.get(name);
    assertNotNull(values, name);
    Evaluation evaluation = Evaluation.of(measure, run, judgements);
    String where = name + ", round " + round + ", query ";
    double mean = complete ? evaluation.meanOverJudged() : evaluation.mean();
    for (Map.Entry<String, Double> value : values.entrySet()) {
      String query = value.getKey();
      double got = query.equals("all") ? mean : evaluation.perQuery().getOrDefault(query, 0.0);
      assertEquals(value.getValue(), got, FOUR_DECIMALS, where + query);
    }
    if (!complete) {
      assertEquals(values.size(), evaluation.perQuery().size() + 1, where + "count");
    }
    return values.size();
  }

  /** Measure -> query (or "all") -> value. */
  private static Map<String, Map<String, Double>> run(
      trec_eval oracle, boolean complete, Path qrels, Path run, String... options) {
    List<String> arguments = new ArrayList<>(List.of("-q"));
    if (complete) {
      arguments.add("-c");
    }
    arguments.addAll(List.of(options));
    arguments.addAll(List.of(qrels.toString(), run.toString()));
    Map<String, Map<String, Double>> values = new LinkedHashMap<>();
    for (String[] line : oracle.runAndGetOutput(arguments.toArray(new String[0]))) {
      values
          .computeIfAbsent(line[0].strip(), m -> new LinkedHashMap<>())
          .put(line[1].strip(), Double.valueOf(line[2].strip()));
    }
    assertEquals(0, oracle.getLastExitCode());
    return values;
  }

  /**
   * Graded, zero and negative grades; documents no run returns; queries without a relevant one.
   * Never only negative ones: trec_eval gives up on those ("Can't calculate measure").
   */
  private static List<String> randomQrels(Random random, int queries) {
    List<String> lines = new ArrayList<>();
    for (int query = 0; query <= queries; query++) {
      boolean none = random.nextInt(8) == 0;
      List<Integer> documents = sample(random, 40, 1 + random.nextInt(20));
      for (int document : documents) {
        int grade = none ? random.nextInt(2) - 1 : random.nextInt(6) - 1;
        boolean first = document == documents.get(0);
        lines.add("q" + query + " 0 d" + document + " " + (first ? Math.max(0, grade) : grade));
      }
    }
    return lines;
  }

  /** Many ties, also as floats only; short lists; a missing query, an unjudged one; odd ranks. */
  private static List<String> randomRun(Random random, int queries) {
    List<String> lines = new ArrayList<>();
    for (int query = 1; query <= queries + 1; query++) {
      int length = random.nextInt(4) == 0 ? 1 + random.nextInt(3) : 1 + random.nextInt(30);
      for (int document : sample(random, 35, length)) {
        double score = random.nextInt(4) + (random.nextBoolean() ? 0 : 1e-10 * random.nextInt(5));
        lines.add("q" + query + " Q0 d" + document + " " + random.nextInt(9) + " " + score + " t");
      }
    }
    return lines;
  }

  private static List<Integer> sample(Random random, int from, int count) {
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i < from; i++) {
      all.add(i);
    }
    Collections.shuffle(all, random);
    return all.subList(0, count);
  }

  private static Run shuffled(Run run, Random random) {
    Map<String, List<Hit>> rankings = new LinkedHashMap<>();
    for (String query : run.queries()) {
      List<Hit> hits = new ArrayList<>(run.ranking(query));
      Collections.shuffle(hits, random);
      rankings.put(query, hits);
    }
    return Run.of("shuffled", rankings);
  }
}
