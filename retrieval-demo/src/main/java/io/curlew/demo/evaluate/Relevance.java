package io.curlew.demo.evaluate;

import io.curlew.cur.anchor.RankingProfile;
import io.curlew.data.eval.Judgements;
import io.curlew.data.eval.Measure;
import io.curlew.data.eval.Measures;
import io.curlew.data.eval.PairedBootstrap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What judgements say of methods that were ranked by one profile.
 *
 * @param profile of the ranking
 */
record Relevance(RankingProfile profile, List<MethodResult> results, Judgements judgements) {

  private static final long SEED = 1;

  /** The share of the best relevance that is as good as all of it. */
  private static final double AS_GOOD = 0.99;

  static final Measure MRR = Measures.reciprocalRank(10);
  static final Measure NDCG = Measures.ndcg(10);

  /** All that differences are of. */
  private static final List<Measure> MEASURES = List.of(MRR, NDCG);

  /** Whether queries have judgements, without which nothing can be said of relevance. */
  boolean judged() {
    return !judgements.queries().isEmpty();
  }

  /**
   * What the model is worth to a person: mean nDCG@10 of a method less that of the same features
   * without the model, both ranked by the same profile, with its 95 % interval.
   *
   * @param profile of both
   */
  record Worth(String profile, String method, double difference, double low, double high) {

    /** In words. */
    String verdict() {
      if (low > 0) {
        return "the model ranks better than what is free";
      }
      return high < 0
          ? "the model ranks worse than what is free"
          : "these queries do not show that the model adds anything to what is free";
    }
  }

  /** For exact scores and adaptive search at every budget. */
  List<Worth> worth() {
    List<Worth> worth = new ArrayList<>();
    for (MethodResult free : results) {
      for (MethodResult result : results) {
        if (judged()
            && free.method().equals(Methods.HYBRID)
            && List.of("exact", "adaptive").contains(result.method())
            && result.run().queries().equals(free.run().queries())) {
          PairedBootstrap gain = gain(result, free, NDCG);
          worth.add(
              new Worth(profile.toString(), result.tag(), gain.value(), gain.low(), gain.high()));
        }
      }
    }
    return worth;
  }

  /**
   * The mean difference of a measure over the same queries, with its 95 % interval.
   *
   * @param method and budget of the first, {@code other} of what is subtracted
   */
  record Difference(
      String profile,
      String measure,
      String method,
      String other,
      double difference,
      double low,
      double high) {}

  /**
   * Adaptive search less every other method at equal calls, and what is re-ranked by late
   * interaction less its own order.
   */
  List<Difference> differences() {
    List<Difference> differences = new ArrayList<>();
    for (MethodResult one : results) {
      for (MethodResult other : results) {
        boolean equalCalls =
            one != other
                && List.of("adaptive", "adaptive-maxsim").contains(one.method())
                && one.budget() == other.budget();
        boolean reordered = one.method().equals("rerank-maxsim") && other.method().equals("maxsim");
        if (judged() && (equalCalls || reordered)) {
          MEASURES.forEach(
              measure -> {
                PairedBootstrap gain = gain(one, other, measure);
                differences.add(
                    new Difference(
                        profile.toString(),
                        measure.name(),
                        one.tag(),
                        other.tag(),
                        gain.value(),
                        gain.low(),
                        gain.high()));
              });
        }
      }
    }
    return differences;
  }

  /** The mean difference of a measure over the same queries, with its interval. */
  PairedBootstrap gain(MethodResult one, MethodResult other, Measure measure) {
    return PairedBootstrap.ofDifferences(
        one.values(measure, judgements), other.values(measure, judgements), SEED);
  }

  /**
   * What a method needs to rank as well as any method at any budget did.
   *
   * @param best the highest mean of the measure, of which 99 % are to be reached
   * @param calls of the smallest budget at which it does, null if it does not
   * @param totalMs median time of a query there, the model's included
   */
  record Reach(
      String profile,
      String measure,
      String method,
      double best,
      @Nullable Integer calls,
      @Nullable Double totalMs) {

    Reach at(int budget, double ms) {
      return new Reach(profile, measure, method, best, budget, ms);
    }
  }

  /**
   * For every method that spends a budget, or none.
   *
   * @param msPerCall time of a model call
   */
  List<Reach> reaches(double msPerCall) {
    List<Reach> reaches = new ArrayList<>();
    List<MethodResult> searches =
        judged() ? results.stream().filter(result -> result.budget() >= 0).toList() : List.of();
    MEASURES.forEach(
        measure -> {
          double best =
              searches.stream().mapToDouble(r -> r.mean(measure, judgements)).max().orElse(0);
          Map<String, Reach> byMethod = new LinkedHashMap<>();
          for (MethodResult result : searches) {
            Reach never =
                new Reach(profile.toString(), measure.name(), result.method(), best, null, null);
            Reach known = byMethod.computeIfAbsent(result.method(), method -> never);
            boolean reached = result.mean(measure, judgements) >= AS_GOOD * best;
            if (reached && (known.calls == null || result.budget() < known.calls)) {
              byMethod.put(
                  result.method(), never.at(result.budget(), result.totalMs(msPerCall, 0.5)));
            }
          }
          reaches.addAll(byMethod.values());
        });
    return reaches;
  }
}
