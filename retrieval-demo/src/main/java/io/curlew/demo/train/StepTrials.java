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
   */
  private record Trial(double[] mean, List<RankingExample> checked, double before) {}

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
    all.forEach(trial -> directions.add(rule.direction(trial.mean, batch)));
    return (rate, repeat) -> {
      double[] step = directions.get(repeat).clone();
      for (int i = 0; i < step.length; i++) {
        step[i] *= rate;
      }
      Trial trial = all.get(repeat);
      return TuningGradients.moved(tuning, step, () -> loss(trial.checked)) - trial.before;
    };
  }

  private List<Trial> trials(int batch, int repeats) {
    List<Trial> all = new ArrayList<>();
    for (int repeat = 0; repeat < repeats; repeat++) {
      TuningGradients of = new TuningGradients(tuning, gradient, batches.draw(batch, repeat));
      List<RankingExample> share =
          checked.subList(
              repeat * checked.size() / repeats, (repeat + 1) * checked.size() / repeats);
      all.add(new Trial(of.mean(), share, loss(share)));
    }
    return all;
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
