package io.curlew.demo.evaluate;

import io.curlew.cur.anchor.RankingProfile;
import io.curlew.data.TextQuery;
import io.curlew.data.eval.Judgements;
import io.curlew.data.eval.Measure;
import io.curlew.data.eval.Measures;
import io.curlew.data.eval.PairedBootstrap;
import io.curlew.data.eval.PairedTest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of an evaluation.
 *
 * @param exactQueries how many were scored against all documents: recalls are over these
 * @param indexCalls model calls spent on anchor scores
 * @param msPerCall the time of one model call, measured live
 * @param cut how much of the documents was not read
 * @param fused the same by another ranking profile, empty if there is none
 * @param profiles of the results and of the fused ones
 * @param sizes of the index and of those it was compared with
 * @param pools what long lists do to relevance, by each profile; empty if none were scored
 */
public record EvaluationReport(
    String dataset,
    String model,
    int documents,
    List<TextQuery> queries,
    int exactQueries,
    int anchors,
    long indexCalls,
    double msPerCall,
    CutText cut,
    Judgements judgements,
    List<MethodResult> results,
    List<MethodResult> fused,
    List<RankingProfile> profiles,
    List<IndexSize> sizes,
    List<DrowningCurve> pools,
    Analysis analysis) {

  private static final long SEED = 1;
  private static final int CASES = 5;
  private static final Measure NDCG = Measures.ndcg(10);

  /**
   * What an index takes on disk.
   *
   * @param method that searched in it
   */
  record IndexSize(String method, long bytes) {}

  List<Map<String, @Nullable Object>> figures() {
    return figures(results);
  }

  List<Map<String, @Nullable Object>> fusedFigures() {
    return figures(fused);
  }

  private List<Map<String, @Nullable Object>> figures(List<MethodResult> of) {
    return of.stream().map(result -> result.figures(judgements, msPerCall)).toList();
  }

  /** All figures, for JSON. */
  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("dataset", dataset);
    json.put("model", model);
    json.put("documents", documents);
    json.put("queries", queries.size());
    json.put("exactQueries", exactQueries);
    json.put("anchors", anchors);
    json.put("indexCalls", indexCalls);
    json.put("msPerCall", msPerCall);
    json.put("cut", cut);
    json.put("totalMsNote", "overhead + calls x the time per call, measured live on 20 queries");
    json.put("profile", profiles.getFirst().weights());
    json.put("results", figures());
    json.put("fusedProfile", profiles.getLast().weights());
    json.put("fused", fusedFigures());
    json.put("worth", worth());
    json.put("relevanceDifferences", differences());
    json.put("callsToBest", reaches());
    json.put("pools", pools);
    json.put("missesAgainstRerankDense", comparisons());
    json.put("pairedTests", tests());
    json.put("equalRecall", equalRecall());
    json.put("lossByCause", analysis.losses());
    json.put("filtered", analysis.filtered());
    json.put("calibration", analysis.calibrations());
    json.put("spectrum", analysis.spectrum());
    json.put("indexSizes", sizes);
    json.put("cases", cases());
    return json;
  }

  /**
   * Misses of adaptive search over those of the dense list re-ranked at equal calls.
   *
   * @param k of the exact top k
   * @param ratio of misses, with its 95 % interval
   */
  record MissRatio(int budget, int k, double ratio, double low, double high) {}

  /** Miss ratios for every budget at which both methods were measured. */
  List<MissRatio> comparisons() {
    List<MissRatio> comparisons = new ArrayList<>();
    for (MethodResult adaptive : of("adaptive")) {
      for (MethodResult dense : of("rerank-dense")) {
        if (adaptive.budget() == dense.budget() && !adaptive.recalls(1).isEmpty()) {
          for (int k : List.of(10, 100)) {
            PairedBootstrap misses =
                PairedBootstrap.ofMisses(adaptive.recalls(k), dense.recalls(k), SEED);
            comparisons.add(
                new MissRatio(adaptive.budget(), k, misses.value(), misses.low(), misses.high()));
          }
        }
      }
    }
    return comparisons;
  }

  /** Whether queries have judgements, without which nothing can be said of relevance. */
  private boolean judged() {
    return !judgements.queries().isEmpty();
  }

  /** What judgements say, by each profile. */
  List<Relevance> relevance() {
    List<Relevance> relevance = new ArrayList<>();
    relevance.add(new Relevance(profiles.getFirst(), results, judgements));
    if (!fused.isEmpty()) {
      relevance.add(new Relevance(profiles.getLast(), fused, judgements));
    }
    return relevance;
  }

  /** What the model is worth, by each profile. */
  List<Relevance.Worth> worth() {
    return relevance().stream().flatMap(by -> by.worth().stream()).toList();
  }

  /** Differences in relevance at equal calls, by each profile. */
  List<Relevance.Difference> differences() {
    return relevance().stream().flatMap(by -> by.differences().stream()).toList();
  }

  /** What methods need to rank as well as any does, by each profile. */
  List<Relevance.Reach> reaches() {
    return relevance().stream().flatMap(by -> by.reaches(msPerCall).stream()).toList();
  }

  /**
   * A paired randomisation test of adaptive search less another method at equal calls.
   *
   * @param difference of the means, with its 95 % interval
   * @param p the probability of a difference as large if they were the same
   * @param holm that, corrected for the number of tests (Holm, 1979)
   */
  record Test(
      String measure,
      int budget,
      String other,
      double difference,
      double low,
      double high,
      double p,
      double holm) {

    static Test of(String measure, MethodResult other, PairedTest paired) {
      return new Test(
          measure,
          other.budget(),
          other.method(),
          paired.difference(),
          paired.low(),
          paired.high(),
          paired.p(),
          paired.p());
    }

    Test corrected(double holm) {
      return new Test(measure, budget, other, difference, low, high, p, holm);
    }
  }

  /** Tests of recall and of nDCG against every other method at equal calls. */
  List<Test> tests() {
    List<Test> tests = new ArrayList<>();
    for (MethodResult adaptive : of("adaptive")) {
      for (MethodResult other : results) {
        if (!other.method().equals("adaptive") && adaptive.budget() == other.budget()) {
          for (int k : List.of(10, 100)) {
            if (!adaptive.recalls(k).isEmpty()) {
              PairedTest recall = PairedTest.of(adaptive.recalls(k), other.recalls(k), SEED);
              tests.add(Test.of("recall@" + k, other, recall));
            }
          }
          if (judged()) {
            PairedTest gain =
                PairedTest.of(
                    adaptive.values(NDCG, judgements), other.values(NDCG, judgements), SEED);
            tests.add(Test.of("ndcg@10", other, gain));
          }
        }
      }
    }
    List<Integer> byP =
        IntStream.range(0, tests.size())
            .boxed()
            .sorted(Comparator.comparingDouble(i -> tests.get(i).p()))
            .toList();
    double holm = 0;
    for (int rank = 0; rank < byP.size(); rank++) {
      Test test = tests.get(byP.get(rank));
      holm = Math.max(holm, Math.min(1, test.p() * (byP.size() - rank)));
      tests.set(byP.get(rank), test.corrected(holm));
    }
    return tests;
  }

  /**
   * What lists re-ranked cost that find as much as adaptive search: their length, and the number of
   * queries after which the calls saved make up for those that the anchors cost in the index.
   */
  List<Map<String, Object>> equalRecall() {
    List<Map<String, Object>> costs = new ArrayList<>();
    for (FirstStageCurve curve : analysis.curves()) {
      for (MethodResult adaptive : of("adaptive")) {
        int calls = curve.callsFor(adaptive.recall(curve.k()));
        Map<String, Object> cost = new LinkedHashMap<>();
        cost.put("firstStage", curve.name());
        cost.put("k", curve.k());
        cost.put("budget", adaptive.budget());
        cost.put("recall", adaptive.recall(curve.k()));
        cost.put("listCalls", calls);
        if (calls > adaptive.budget()) {
          cost.put(
              "queriesToPayForIndex", Math.ceilDiv(indexCalls, (long) calls - adaptive.budget()));
        }
        costs.add(cost);
      }
    }
    return costs;
  }

  /**
   * A query, and the share of its exact top {@value Evaluator#DEPTH} that both methods find.
   *
   * @param kind best or worst
   */
  record Case(
      String kind, String query, String text, int budget, double adaptive, double rerankDense) {}

  /** The queries that adaptive search serves best and worst, against the dense list re-ranked. */
  List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    int budget = middleBudget();
    for (MethodResult adaptive : of("adaptive")) {
      for (MethodResult dense : of("rerank-dense")) {
        List<Double> ours = adaptive.recalls(Evaluator.DEPTH);
        List<Double> theirs = dense.recalls(Evaluator.DEPTH);
        if (adaptive.budget() == budget
            && dense.budget() == budget
            && ours.size() == queries.size()) {
          List<Integer> order =
              IntStream.range(0, queries.size())
                  .boxed()
                  .sorted(Comparator.comparingDouble(q -> theirs.get(q) - ours.get(q)))
                  .toList();
          for (int i = 0; i < order.size(); i++) {
            if (i < CASES || i >= order.size() - CASES) {
              int q = order.get(i);
              TextQuery query = queries.get(q);
              String kind = i < CASES ? "best" : "worst";
              cases.add(
                  new Case(kind, query.id(), query.text(), budget, ours.get(q), theirs.get(q)));
            }
          }
        }
      }
    }
    return cases;
  }

  private List<MethodResult> of(String method) {
    return results.stream().filter(result -> result.method().equals(method)).toList();
  }

  /** The budget that examples are shown at, 0 if there is none. */
  int middleBudget() {
    int[] budgets =
        results.stream()
            .mapToInt(MethodResult::budget)
            .filter(b -> b > 0)
            .distinct()
            .sorted()
            .toArray();
    return budgets.length == 0 ? 0 : budgets[(budgets.length - 1) / 2];
  }
}
