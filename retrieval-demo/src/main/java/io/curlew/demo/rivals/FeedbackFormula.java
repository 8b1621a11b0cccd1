package io.curlew.demo.rivals;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The vector that ranks after feedback. With the scored documents in order, the best is paired with
 * the worst and so on inward, and
 *
 * <pre>F(d) = q.d + sum over pairs of c confidence^b (positive.d - negative.d),</pre>
 *
 * the confidence the difference of the pair's scores. F is a product with d: so it is searched for
 * like a query. E. Sukhodolskaya, "Relevance feedback in Qdrant", 2026, the naive strategy of
 * Qdrant 1.17; its weight a of the query is 1 here, only the ratio of a and c matters.
 *
 * @param b how much the confidence counts
 * @param c the weight of the feedback
 * @param unit of confidences; 0 for the standard deviation of the scores given
 */
public record FeedbackFormula(double b, double c, double unit) {

  /** Where there is nothing to train on. */
  static final FeedbackFormula UNTRAINED = new FeedbackFormula(1, 1, 0);

  /** Pairs at most, as published. */
  static final int PAIRS = 3;

  /**
   * The vector w of F(d) = w.d.
   *
   * @param query q
   * @param documents vectors of scored documents
   * @param scores theirs
   */
  float[] target(float[] query, float[][] documents, float[] scores) {
    int[] order = order(scores);
    double of = unit > 0 ? unit : deviation(scores);
    double[] sum = new double[query.length];
    for (int pair = 0; pair < Math.min(PAIRS, order.length / 2); pair++) {
      int best = order[pair];
      int worst = order[order.length - 1 - pair];
      double confidence = (double) scores[best] - scores[worst];
      if (confidence > 0) {
        double weight = c * StrictMath.pow(confidence / of, b);
        for (int i = 0; i < sum.length; i++) {
          sum[i] += weight * (documents[best][i] - documents[worst][i]);
        }
      }
    }
    float[] target = new float[query.length];
    for (int i = 0; i < target.length; i++) {
      target[i] = (float) (query[i] + sum[i]);
    }
    return target;
  }

  /** The mean confidence of the pairs, 0 if there is none. */
  static double meanConfidence(float[] scores) {
    int[] order = order(scores);
    return IntStream.range(0, Math.min(PAIRS, order.length / 2))
        .mapToDouble(i -> (double) scores[order[i]] - scores[order[order.length - 1 - i]])
        .average()
        .orElse(0);
  }

  /** Places by score, best first, ties in the order given. */
  private static int[] order(float[] scores) {
    return IntStream.range(0, scores.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -scores[i]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static double deviation(float[] scores) {
    double mean = 0;
    for (float score : scores) {
      mean += score / (double) scores.length;
    }
    double squares = 0;
    for (float score : scores) {
      squares += (score - mean) * (score - mean);
    }
    return Math.sqrt(squares / scores.length);
  }
}
