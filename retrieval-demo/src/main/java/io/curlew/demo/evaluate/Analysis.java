package io.curlew.demo.evaluate;

import io.curlew.data.TextQuery;
import io.curlew.data.eval.Calibration;
import io.curlew.demo.console.Progress;
import io.curlew.demo.index.CurlewIndex;
import io.curlew.demo.index.IndexedDocuments;
import io.curlew.demo.index.Spectrum;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is said about adaptive search beyond recall: why it misses, whether its expectations are
 * right, what lists re-ranked would need.
 *
 * @param curves recall of first stages' lists by length
 * @param calibrations one per budget, at depth 100
 * @param losses by cause, one per budget and depth
 * @param filtered recall among the documents that a filter accepts, one per budget
 * @param spectrum singular values of anchor rows, relative to the largest
 */
record Analysis(
    List<FirstStageCurve> curves,
    List<Calibration> calibrations,
    List<LossByCause> losses,
    List<Filtered> filtered,
    double[] spectrum) {

  static final Analysis NONE =
      new Analysis(List.of(), List.of(), List.of(), List.of(), new double[0]);
  private static final long SEED = 42;

  static Analysis of(
      CurlewIndex index,
      IndexedDocuments documents,
      List<TextQuery> queries,
      ExactScores exact,
      Map<String, List<String>> exactTop,
      Methods methods,
      List<MethodResult> results)
      throws IOException {
    List<MethodResult> adaptive =
        results.stream().filter(result -> result.method().equals("adaptive")).toList();
    if (adaptive.isEmpty()) {
      return NONE;
    }
    try (Progress progress = Progress.start("Analysis", 4)) {
      List<FirstStageCurve> curves = new ArrayList<>();
      for (MethodResult result : results) {
        String name = result.method().substring(result.method().lastIndexOf('-') + 1);
        if (result.method().startsWith("rerank-")
            && curves.stream().noneMatch(curve -> curve.name().equals(name))) {
          curves.addAll(
              FirstStageCurve.of(
                  name, methods.features(result.method()), index, queries, exactTop));
        }
      }
      progress.step(1);
      LossByCause.Ranks byAnchors =
          LossByCause.ranks(index, documents, queries, exact, false, SEED);
      progress.step(1);
      LossByCause.Ranks byAll = LossByCause.ranks(index, documents, queries, exact, true, SEED);
      progress.step(1);
      Map<String, Integer> places = documents.places();
      List<Calibration> calibrations = new ArrayList<>();
      List<LossByCause> losses = new ArrayList<>();
      for (MethodResult result : adaptive) {
        calibrations.add(
            Calibration.of(
                result.budget(), result.expectedRecalls(), result.recalls(Evaluator.DEPTH)));
        for (int k : List.of(10, 100)) {
          losses.add(
              LossByCause.of(
                  result.budget(),
                  Math.min(k, documents.size()),
                  queries,
                  misses(result, k, exactTop, places),
                  byAnchors,
                  byAll));
        }
      }
      List<Filtered> filtered = new ArrayList<>();
      for (MethodResult result : adaptive) {
        filtered.add(
            Filtered.measure(index, documents, queries, exact, methods, result.budget(), SEED));
      }
      double[] spectrum = Spectrum.of(index, SEED);
      progress.step(1);
      return new Analysis(curves, calibrations, losses, filtered, spectrum);
    }
  }

  /** Places of the exact top k that a method did not return among its own. */
  private static Map<String, int[]> misses(
      MethodResult result, int k, Map<String, List<String>> exactTop, Map<String, Integer> places) {
    Map<String, int[]> misses = new HashMap<>();
    exactTop.forEach(
        (query, top) -> {
          List<String> ranking = result.ranking(query);
          Set<String> returned = new HashSet<>(ranking.subList(0, Math.min(k, ranking.size())));
          misses.put(
              query,
              top.stream()
                  .limit(k)
                  .filter(id -> !returned.contains(id))
                  .mapToInt(id -> places.getOrDefault(id, 0))
                  .toArray());
        });
    return misses;
  }
}
