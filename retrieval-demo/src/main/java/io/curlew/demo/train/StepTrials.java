package io.curlew.demo.train;

import io.curlew.attention.training.AdamStep;
import io.curlew.attention.training.LowRankTuning;
import io.curlew.attention.training.RankingExample;
import io.curlew.attention.training.RankingGradient;
import io.curlew.attention.training.TuningGradients;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Steps of a cross-encoder that are undone when their loss is known. Each repeat has a batch and a
 * share of the checked examples of its own; the gradients of batches serve all kinds of steps.
 *
 * <p>A share's loss changes most by how its own few gradients happen to lie along the step. So what
 * it changes by to first order is told apart, for each batch and each share.
 */
final class StepTrials {
  private final LowRankTuning tuning;
  private final RankingGradient gradient;
  private final Batches batches;
  private final List<RankingExample> checked;
  private final Map<Integer, List<Trial>> trials = new HashMap<>();

  /** Draws batches. */
  @FunctionalInterface
  interface Batches {
    /** A batch of so many examples, the same for the same repeat. */
    List<RankingExample> draw(int size, int repeat);
  }

  /**
   * One repeat.
   *
   * @param mean gradient of its batch
   * @param before loss of its checked examples
   * @param own their mean gradient
   */
  private record Trial(double[] mean, List<RankingExample> checked, double before, double[] own) {}

  /**
   * Trials where a tuning is.
   *
   * @param checked what the loss is looked at on, shared out to the repeats
   */
  StepTrials(
      LowRankTuning tuning,
      RankingGradient gradient,
      Batches batches,
      List<RankingExample> checked) {
    this.tuning = tuning;
    this.gradient = gradient;
    this.batches = batches;
    this.checked = checked;
  }

  /** Steps of a batch size. */
  StepSearch.Step steps(AdamStep rule, int batch, int repeats) {
    List<Trial> all = trials.computeIfAbsent(batch, size -> trials(size, repeats));
    List<double[]> directions = new ArrayList<>();
    double[][] slopes = new double[repeats][repeats];
    for (int ofBatch = 0; ofBatch < repeats; ofBatch++) {
      double[] direction = rule.direction(all.get(ofBatch).mean, batch);
      for (int ofShare = 0; ofShare < repeats; ofShare++) {
        slopes[ofBatch][ofShare] = -dot(direction, all.get(ofShare).own);
      }
      directions.add(direction);
    }
    return new StepSearch.Step() {
      @Override
      public double change(double rate, int repeat) {
        double[] step = directions.get(repeat).clone();
        for (int i = 0; i < step.length; i++) {
          step[i] *= rate;
        }
        Trial trial = all.get(repeat);
        double after = TuningGradients.moved(tuning, step, () -> loss(trial.checked));
        return after - trial.before - rate * slopes[repeat][repeat];
      }

      @Override
      public double[][] slopes() {
        return slopes;
      }
    };
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private List<Trial> trials(int batch, int repeats) {
    List<Trial> all = new ArrayList<>();
    for (int repeat = 0; repeat < repeats; repeat++) {
      List<RankingExample> share =
          checked.subList(
              repeat * checked.size() / repeats, (repeat + 1) * checked.size() / repeats);
      all.add(new Trial(mean(batches.draw(batch, repeat)), share, loss(share), mean(share)));
    }
    return all;
  }

  private double[] mean(List<RankingExample> examples) {
    return new TuningGradients(tuning, gradient, examples).mean();
  }

  /** The training's loss, from scores without gradients. */
  private double loss(List<RankingExample> examples) {
    double sum = 0;
    for (float[] scores : gradient.scores(examples)) {
      double exponentials = 0;
      for (float score : scores) {
        exponentials += Math.exp(score - (double) scores[0]);
      }
      sum += Math.log(exponentials);
    }
    return sum / examples.size();
  }
}
