package io.curlew.attention.training;

import ai.djl.training.tracker.Tracker;
import io.curlew.attention.bert.SafetensorsFile;
import io.curlew.attention.bert.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;

/**
 * Trains by the gradients of an {@link Objective} and {@link Adam}, with a checkpoint every so many
 * steps and a held-out score after each epoch. Stopped and started again with the same job, it goes
 * on at the last checkpoint and ends with the same weights as if it had not been stopped: there is
 * no randomness but that of the examples, which depend on the epoch.
 *
 * @param <E> an example
 */
public final class FineTuning<E> {
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.98;
  private static final String JOB = "job";
  private static final String STEP = "step";

  private final Objective<E> objective;
  private final FineTuningOptions options;
  private final Examples<E> examples;
  private final List<E> heldOut;
  private final Adam adam;

  /**
   * Where examples come from.
   *
   * @param <E> an example
   */
  @FunctionalInterface
  public interface Examples<E> {
    /**
     * The examples of one epoch, in the order of training. The same for the same epoch, and as many
     * for each.
     *
     * @param epoch from 0
     */
    List<E> epoch(int epoch);
  }

  /** Told how it goes. */
  public interface Listener {
    /**
     * After each step.
     *
     * @param step counted from 1
     * @param steps of the whole training
     */
    void step(int step, int steps, double loss);

    /**
     * After each epoch, and once before the first.
     *
     * @param epoch counted from 1; 0 is before training
     * @param score {@link Objective#heldOutScore}
     */
    void epoch(int epoch, double score);
  }

  /**
   * A training.
   *
   * @param heldOut scored after each epoch, never trained on
   */
  public FineTuning(
      Objective<E> objective, FineTuningOptions options, Examples<E> examples, List<E> heldOut) {
    this.objective = objective;
    this.options = options;
    this.examples = examples;
    this.heldOut = List.copyOf(heldOut);
    this.adam = new Adam(BETA1, BETA2, options.epsilon());
  }

  /**
   * Trains to the end. An interrupt of the thread ends it after a checkpoint.
   *
   * @param checkpoint the file to resume from if it is there, and to write
   * @param job all that a resumed training must have in common with the one that was stopped
   * @throws IOException if the checkpoint cannot be read or written, or is of another job
   * @throws CancellationException if interrupted
   */
  public void run(Path checkpoint, String job, Listener listener) throws IOException {
    String whole = job + "; " + options;
    int done = Files.exists(checkpoint) ? restore(checkpoint, whole) : 0;
    if (done == 0) {
      listener.epoch(0, objective.heldOutScore(heldOut));
    }
    int step = 0;
    for (int epoch = 0; epoch < options.epochs(); epoch++) {
      List<E> all = examples.epoch(epoch);
      int perEpoch = (all.size() + options.examplesPerStep() - 1) / options.examplesPerStep();
      int steps = perEpoch * options.epochs();
      Tracker schedule = options.schedule(steps);
      for (int from = 0; from < all.size(); from += options.examplesPerStep()) {
        step++;
        if (step <= done) {
          continue;
        }
        int to = Math.min(all.size(), from + options.examplesPerStep());
        double loss = step(all.subList(from, to), schedule.getNewValue(step));
        listener.step(step, steps, loss);
        boolean interrupted = Thread.currentThread().isInterrupted();
        if (interrupted || step % options.checkpointSteps() == 0 || step == steps) {
          save(checkpoint, whole, step);
        }
        if (interrupted) {
          throw new CancellationException("interrupted in training, after step " + step);
        }
      }
      if (step >= done) {
        listener.epoch(epoch + 1, objective.heldOutScore(heldOut));
      }
    }
  }

  private double step(List<E> batch, float learningRate) {
    Objective.Result result = objective.of(batch);
    objective.trained().subtract(adam.step(result.gradients(), learningRate));
    return result.loss();
  }

  private void save(Path checkpoint, String job, int step) throws IOException {
    Map<String, Tensor> state = new HashMap<>(adam.state());
    state.putAll(objective.trained().values());
    Map<String, String> metadata = Map.of(JOB, job, STEP, Integer.toString(step));
    new SafetensorsFile(metadata, state).write(checkpoint);
  }

  private int restore(Path checkpoint, String job) throws IOException {
    SafetensorsFile file;
    try (InputStream stream = Files.newInputStream(checkpoint)) {
      file = SafetensorsFile.read(stream);
    }
    if (!file.require(JOB).equals(job)) {
      throw new IOException(
          "checkpoint "
              + checkpoint
              + " must be of this job, "
              + job
              + ", got: "
              + file.require(JOB));
    }
    int step = Integer.parseInt(file.require(STEP));
    objective.trained().set(file.arrays());
    adam.restore(step, file.arrays());
    return step;
  }
}
