package io.curlew.demo;

import io.curlew.attention.training.FineTuning;
import io.curlew.attention.training.FineTuningOptions;
import io.curlew.demo.console.Progress;
import java.util.Locale;

/** Shows loss and held-out scores of a training. */
final class TrainingReport implements FineTuning.Listener {
  private static final int EVERY = 25;

  private final String name;
  private final String score;
  private long start = System.nanoTime();
  private double loss;
  private int steps;

  /**
   * Says what begins.
   *
   * @param score what a held-out score is
   */
  TrainingReport(String name, FineTuningOptions options, String score) {
    this.name = name;
    this.score = score;
    Progress.log(name + ": " + options);
  }

  @Override
  public void step(int step, int of, double value) {
    loss += value;
    steps++;
    if (step % EVERY == 0) {
      Progress.log(
          String.format(
              Locale.ROOT,
              "%s, step %d of %d: loss %.4f, %.2f s a step",
              name,
              step,
              of,
              loss / steps,
              (System.nanoTime() - start) / 1e9 / steps));
      forget();
    }
  }

  private void forget() {
    start = System.nanoTime();
    loss = 0;
    steps = 0;
  }

  @Override
  public void epoch(int epoch, double value) {
    Progress.log(String.format(Locale.ROOT, "%s, epoch %d: %s %.4f", name, epoch, score, value));
    forget();
  }
}
