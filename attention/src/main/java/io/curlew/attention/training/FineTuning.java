package io.curlew.attention.training;

import ai.djl.ndarray.NDArray;
import ai.djl.training.tracker.Tracker;
import io.curlew.attention.bert.SafetensorsFile;
import io.curlew.attention.bert.Tensor;
import io.curlew.attention.scoring.PairTokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;

/**
 * Trains a cross-encoder by {@link RankingGradient} and {@link Adam}, with a checkpoint every so
 * many steps and a held-out score after each epoch. Stopped and started again with the same job, it
 * goes on at the last checkpoint and ends with the same weights as if it had not been stopped:
 * there is no randomness but that of the examples, which depend on the epoch.
 */
public final class FineTuning {
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.98;
  private static final String JOB = "job";
  private static final String STEP = "step";

  private final LowRankTuning tuning;
  private final RankingGradient gradient;
  private final FineTuningOptions options;
  private final Examples examples;
  private final List<RankingExample> heldOut;
  private final Adam adam;

  /** Where examples come from. */
  @FunctionalInterface
  public interface Examples {
    /**
     * The examples of one epoch, in the order of training. The same for the same epoch, and as many
     * for each.
     *
     * @param epoch from 0
     */
    List<RankingExample> epoch(int epoch);
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
     * @param score {@link #heldOutScore}
     */
    void epoch(int epoch, double score);
  }

  /**
   * A training.
   *
   * @param tokenizer stays open
   * @param heldOut scored after each epoch, never trained on
   */
  public FineTuning(
      LowRankTuning tuning,
      PairTokenizer tokenizer,
      FineTuningOptions options,
      Examples examples,
      List<RankingExample> heldOut) {
    this.tuning = tuning;
    this.gradient = new RankingGradient(tuning, tokenizer);
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
      listener.epoch(0, heldOutScore());
    }
    int step = 0;
    for (int epoch = 0; epoch < options.epochs(); epoch++) {
      List<RankingExample> all = examples.epoch(epoch);
      int perEpoch = (all.size() + options.queriesPerStep() - 1) / options.queriesPerStep();
      int steps = perEpoch * options.epochs();
      Tracker schedule = options.schedule(steps);
      for (int from = 0; from < all.size(); from += options.queriesPerStep()) {
        step++;
        if (step <= done) {
          continue;
        }
        int to = Math.min(all.size(), from + options.queriesPerStep());
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
        listener.epoch(epoch + 1, heldOutScore());
      }
    }
  }

  private double step(List<RankingExample> batch, float learningRate) {
    RankingGradient.Result result = gradient.of(batch);
    Map<String, float[]> changes = adam.step(result.gradients(), learningRate);
    for (Map.Entry<String, NDArray> array : tuning.trained().entrySet()) {
      float[] change = changes.get(array.getKey());
      if (change != null) {
        LowRankTuning.subtract(array.getValue(), change);
      }
    }
    return result.loss();
  }

  /**
   * Mean reciprocal rank of the right document among those of its example, over the held-out
   * examples; 0 beyond rank 10. A tie counts as lost.
   */
  public double heldOutScore() {
    double sum = 0;
    for (RankingExample example : heldOut) {
      float[] scores = gradient.scores(List.of(example))[0];
      int rank = 1;
      for (int i = 1; i < scores.length; i++) {
        rank += scores[i] >= scores[0] ? 1 : 0;
      }
      sum += rank <= 10 ? 1.0 / rank : 0;
    }
    return heldOut.isEmpty() ? Double.NaN : sum / heldOut.size();
  }

  private void save(Path checkpoint, String job, int step) throws IOException {
    Map<String, Tensor> state = new HashMap<>(adam.state());
    state.putAll(tuning.values());
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
    tuning.set(file.arrays());
    adam.restore(step, file.arrays());
    return step;
  }
}
