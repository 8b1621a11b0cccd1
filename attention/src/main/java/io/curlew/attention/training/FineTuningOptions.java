package io.curlew.attention.training;

import ai.djl.training.tracker.Tracker;
import ai.djl.training.tracker.WarmUpTracker;

/**
 * How to train. Immutable.
 *
 * @param epochs how often the examples are asked for
 * @param examplesPerStep examples in one step
 * @param learningRate the highest, after the warm-up
 * @param epsilon of Adam
 * @param checkpointSteps steps between checkpoints
 */
public record FineTuningOptions(
    int epochs, int examplesPerStep, double learningRate, double epsilon, int checkpointSteps) {
  private static final double WARM_UP = 0.06;

  /**
   * Checks the options.
   *
   * @throws IllegalArgumentException naming the one that is out of range
   */
  public FineTuningOptions {
    requirePositive("epochs", epochs);
    requirePositive("examplesPerStep", examplesPerStep);
    requirePositive("checkpointSteps", checkpointSteps);
    if (!(learningRate > 0)) {
      throw new IllegalArgumentException("learningRate must be above 0, got: " + learningRate);
    }
    if (!(epsilon >= 0)) {
      throw new IllegalArgumentException("epsilon must be at least 0, got: " + epsilon);
    }
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1, got: " + value);
    }
  }

  /** Rises for 6 % of the steps, then falls to 0 along a cosine. */
  Tracker schedule(int steps) {
    int rising = (int) Math.ceil(WARM_UP * steps);
    Tracker falling =
        Tracker.cosine()
            .setBaseValue((float) learningRate)
            .optFinalValue(0)
            .setMaxUpdates(Math.max(1, steps - rising))
            .build();
    return WarmUpTracker.builder()
        .setMainTracker(falling)
        .optWarmUpBeginValue(0)
        .optWarmUpSteps(rising)
        .optWarmUpMode(WarmUpTracker.Mode.LINEAR)
        .build();
  }
}
