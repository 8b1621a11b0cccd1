package io.curlew.demo.evaluate;

import io.curlew.cur.anchor.RankingProfile;
import io.curlew.data.eval.PairedBootstrap;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What to conclude from an evaluation, in words: whether the model is worth its calls, whether
 * Curlew is worth having beside a list that is re-ranked, and when to bother with neither.
 */
public final class Conclusion {

  private static final String LIST = "rerank-hybrid";
  private static final String OURS = "adaptive";

  private final Relevance relevance;

  private Conclusion(Relevance relevance) {
    this.relevance = relevance;
  }

  /** One statement a line, for every profile of the report; none where nothing is judged. */
  public static List<String> of(EvaluationReport report) {
    List<String> lines = new ArrayList<>();
    for (Relevance relevance : report.relevance()) {
      if (relevance.judged()) {
        new Conclusion(relevance).add(report, lines);
      }
    }
    return lines;
  }

  private void add(EvaluationReport report, List<String> lines) {
    RankingProfile profile = relevance.profile();
    int calls = relevance.results().stream().mapToInt(MethodResult::budget).max().orElse(0);
    Optional<MethodResult> free = find(Methods.HYBRID, 0);
    Optional<MethodResult> list = find(LIST, calls);
    Optional<MethodResult> ours = find(OURS, calls);
    if (free.isEmpty() || list.isEmpty() || ours.isEmpty()) {
      return;
    }
    lines.add(
        (profile.isNone() ? "Ranked by the model alone" : "Ranked by " + profile)
            + " (MRR@10 of "
            + report.queries().size()
            + " queries):");
    lines.add(
        String.format(
            Locale.ROOT,
            "- BM25 and vectors, no model: %.3f. Their first %d re-ranked by the model, %.0f ms:"
                + " %.3f.",
            mean(free.get()),
            calls,
            calls * report.msPerCall(),
            mean(list.get())));
    PairedBootstrap worth = gain(list.get(), free.get());
    lines.add(
        "- "
            + (worth.low() > 0
                ? "The model is worth its calls: "
                : worth.high() < 0
                    ? "Do not use this model, it ranks worse than what is free: "
                    : "Do not bother: these queries do not show that the model adds anything: ")
            + interval(worth)
            + ".");
    PairedBootstrap same = gain(ours.get(), list.get());
    lines.add(
        String.format(
            Locale.ROOT,
            "- Curlew with the same %d calls: %.3f, %s%s.",
            calls,
            mean(ours.get()),
            interval(same),
            same.low() > 0
                ? ", better than the list"
                : same.high() < 0 ? ", worse than the list" : ", no difference that shows"));
    fewest(mean(list.get()))
        .filter(fewer -> fewer.budget() < calls)
        .ifPresent(
            fewer ->
                lines.add(
                    String.format(
                        Locale.ROOT,
                        "- Curlew with %d calls already has %.3f: as good as the list of %d.",
                        fewer.budget(),
                        mean(fewer),
                        calls)));
  }

  /** Adaptive search with the fewest calls that ranks as well. */
  private Optional<MethodResult> fewest(double wanted) {
    return relevance.results().stream()
        .filter(result -> result.method().equals(OURS) && mean(result) >= wanted)
        .min((one, other) -> Integer.compare(one.budget(), other.budget()));
  }

  private Optional<MethodResult> find(String method, int budget) {
    return relevance.results().stream()
        .filter(result -> result.method().equals(method) && result.budget() == budget)
        .findFirst();
  }

  private double mean(MethodResult result) {
    return result.mean(Relevance.MRR, relevance.judgements());
  }

  private PairedBootstrap gain(MethodResult one, MethodResult other) {
    return relevance.gain(one, other, Relevance.MRR);
  }

  private static String interval(PairedBootstrap gain) {
    return String.format(
        Locale.ROOT, "%+.3f [%+.3f, %+.3f]", gain.value(), gain.low(), gain.high());
  }
}
