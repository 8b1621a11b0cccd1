package io.curlew.cur.fit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * How high the documents may score that the model was not called for: the basis of what a search
 * expects of its own recall, and of where it spends its next calls.
 *
 * <p>Scores are taken for independent. The best estimates are looked at one by one, with normal
 * errors. All others of the collection are taken together: their estimates fall from the last of
 * those to that of a mean document as the quantiles of a logistic distribution do. And any document
 * of the first stage's list may be a {@link Surprises surprise}.
 */
public final class Outlook {

  /** Ranks are taken together, so many groups for each doubling. */
  private static final double GROUPS_PER_DOUBLING = 4;

  /** Of a threshold, as a share of where it may be; a number of documents that is none. */
  private static final double PRECISION = 1e-12;

  private static final double SMALLEST_COUNT = 1e-7;
  private static final int MOST_STEPS = 120; // of which a third halve

  private final double[] means;
  private final double[] deviations;
  private final Surprises surprises;
  private final List<Group> listed;
  private final int[] listedRanks; // the middle of each group
  private final List<Others> others;
  private final double otherDeviation;

  /** Documents of the list that are looked at together, at a rank in their middle. */
  private record Group(double count, int rank) {}

  /** Other documents that are looked at together. */
  private record Others(double count, double estimate) {}

  /**
   * Looks at what was not scored.
   *
   * @param means the best estimates, best first
   * @param deviations of scores about them
   * @param unseen the number of documents without a score
   * @param centre the estimate of a mean document
   * @param otherDeviation of scores about the estimates of all others
   * @param listRanks of documents without a score, in the list, ascending
   * @param listEnd the rank after the list's last
   */
  public Outlook(
      double[] means,
      double[] deviations,
      int unseen,
      double centre,
      double otherDeviation,
      Surprises surprises,
      int[] listRanks,
      int listEnd) {
    this.means = means;
    this.deviations = deviations;
    this.surprises = surprises;
    this.otherDeviation = otherDeviation;
    this.listed = listed(listRanks, listEnd, Math.max(0, unseen - listRanks.length));
    this.listedRanks = listed.stream().mapToInt(Group::rank).toArray();
    this.others = others(unseen, centre);
  }

  private static List<Group> listed(int[] ranks, int end, int beyond) {
    List<Group> groups = new ArrayList<>();
    int from = 0;
    while (from < ranks.length) {
      int group = group(ranks[from]);
      int to = from;
      while (to < ranks.length && group(ranks[to]) == group) {
        to++;
      }
      int rank = ranks[(from + to) / 2];
      groups.add(new Group(to - from, rank));
      from = to;
    }
    long last = (long) end + beyond;
    for (long start = end; start < last; ) {
      long stop = Math.min(last, Math.max(start + 1, (long) (start * step())));
      int rank = (int) ((start + stop) / 2);
      groups.add(new Group(stop - start, rank));
      start = stop;
    }
    return groups;
  }

  private static int group(int rank) {
    return (int) Math.floor(GROUPS_PER_DOUBLING * Math.log(rank) / Math.log(2));
  }

  private static double step() {
    return Math.pow(2, 1 / GROUPS_PER_DOUBLING);
  }

  private List<Others> others(int unseen, double centre) {
    List<Others> groups = new ArrayList<>();
    int first = means.length;
    if (unseen <= first) {
      return groups;
    }
    double lowest = first == 0 ? centre : means[first - 1];
    double odds = Math.log(Math.max(1.0, (double) (unseen - first) / Math.max(1, first)));
    double scale = odds > 0 ? Math.max(0, lowest - centre) / odds : 0;
    for (long start = first; start < unseen; ) {
      long stop = Math.min(unseen, Math.max(start + 1, (long) (start * step())));
      double rank = Math.min(unseen - 0.5, (start + stop) / 2.0);
      double mean =
          Math.min(lowest, Math.min(lowest, centre) + scale * Math.log((unseen - rank) / rank));
      groups.add(new Others(stop - start, mean));
      start = stop;
    }
    return groups;
  }

  /** The number of the best estimates. */
  int contenders() {
    return means.length;
  }

  /** One of the best estimates, best first. */
  double mean(int contender) {
    return means[contender];
  }

  /** The number of documents without a score that are expected to score above a threshold. */
  public double above(double threshold) {
    double sum = 0;
    for (int i = 0; i < means.length; i++) {
      sum += RecallEstimate.upperTail(threshold, means[i], deviations[i]);
    }
    for (Others group : others) {
      sum += group.count * RecallEstimate.upperTail(threshold, group.estimate, otherDeviation);
    }
    double[] rates = surprises.rates(listedRanks, threshold);
    for (int i = 0; i < rates.length; i++) {
      sum += listed.get(i).count * rates[i];
    }
    return sum;
  }

  /** The probability that one of the best estimates is above a threshold. */
  public double probability(int contender, double threshold) {
    return RecallEstimate.upperTail(threshold, means[contender], deviations[contender]);
  }

  /** The probability that a document with this estimate is above a threshold. */
  public double probability(double estimate, double threshold) {
    return RecallEstimate.upperTail(threshold, estimate, otherDeviation);
  }

  /**
   * The probabilities that documents of these ranks in the list are surprises above a threshold.
   */
  public double[] surprises(int[] ranks, double threshold) {
    return surprises.rates(ranks, threshold);
  }

  /**
   * The score that the k-th best document of all is expected to have.
   *
   * @param scores that are known
   */
  public double threshold(double[] scores, int k) {
    double[] sorted = scores.clone();
    Arrays.sort(sorted);
    double spread = otherDeviation;
    for (double deviation : deviations) {
      spread = Math.max(spread, deviation);
    }
    double low = sorted.length == 0 ? 0 : sorted[0];
    double high = sorted.length == 0 ? 0 : sorted[sorted.length - 1];
    for (double mean : means) {
      low = Math.min(low, mean);
      high = Math.max(high, mean);
    }
    for (Others group : others) {
      low = Math.min(low, group.estimate);
    }
    low -= 8 * spread;
    high += 8 * spread;
    // Scores that are known are steps of the count: first between which of them, then where.
    int first = 0;
    int last = sorted.length;
    while (first < last) {
      int middle = (first + last) >>> 1;
      if (above(sorted, sorted[middle]) + above(sorted[middle]) > k) {
        first = middle + 1;
      } else {
        last = middle;
      }
    }
    double precision = PRECISION * (high - low);
    return crossing(
        x -> above(sorted, x) + above(x) - k,
        first == 0 ? low : sorted[first - 1],
        first == sorted.length ? high : sorted[first],
        precision);
  }

  /**
   * Where a falling function crosses 0, which may jump: by secants with the ends' values halved
   * where they stay (the Illinois method), and by halves in between.
   */
  private static double crossing(
      DoubleUnaryOperator function, double from, double to, double precision) {
    double low = from;
    double high = to;
    if (high - low > precision && function.applyAsDouble(high - precision) > 0) { // a jump at it
      return high - precision;
    }
    double atLow = function.applyAsDouble(low);
    double atHigh = function.applyAsDouble(high);
    boolean lowMoved = false;
    for (int i = 0; i < MOST_STEPS && high - low > precision; i++) {
      double secant = low + (high - low) * (atLow / (atLow - atHigh));
      double x = i % 3 < 2 && secant > low && secant < high ? secant : (low + high) / 2;
      double value = function.applyAsDouble(x);
      if (Math.abs(value) < SMALLEST_COUNT) {
        return x;
      }
      boolean lowMoves = value > 0;
      boolean again = i > 0 && lowMoves == lowMoved;
      if (lowMoves) {
        low = x;
        atLow = value;
        atHigh = again ? atHigh / 2 : atHigh;
      } else {
        high = x;
        atHigh = value;
        atLow = again ? atLow / 2 : atLow;
      }
      lowMoved = lowMoves;
    }
    return low;
  }

  private static int above(double[] sorted, double threshold) {
    int place = Arrays.binarySearch(sorted, threshold);
    int first = place < 0 ? -place - 1 : place;
    while (first < sorted.length && sorted[first] <= threshold) {
      first++;
    }
    return sorted.length - first;
  }
}
