package io.curlew.demo.train;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.curlew.attention.bert.BertConfig;
import io.curlew.attention.bert.Pretrained;
import io.curlew.attention.bert.SafetensorsFile;
import io.curlew.attention.bert.Tensor;
import io.curlew.attention.scoring.ExportedCrossEncoder;
import io.curlew.attention.scoring.PairTokenizer;
import io.curlew.attention.training.FineTuning;
import io.curlew.attention.training.FineTuningOptions;
import io.curlew.attention.training.LowRankTuning;
import io.curlew.attention.training.RankingExample;
import io.curlew.attention.training.RankingGradient;
import io.curlew.data.model.CrossEncoderFiles;
import io.curlew.data.model.ModelFiles;
import io.curlew.demo.console.Progress;
import io.curlew.demo.index.CurlewIndex;
import io.curlew.demo.index.Models;
import io.curlew.demo.train.TrainingSet.Query;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Trains a cross-encoder in rounds. The first learns from the heads of the first stages' lists;
 * every later one from the model's own mistakes too, which a budgeted search of the collection
 * finds (Xiong et al., "Approximate nearest neighbor negative contrastive learning", 2020, do so
 * for bi-encoders). Each round is checked on held-out queries, over short lists and long ones, and
 * the best one is kept. Stopped and started again, it goes on where it was.
 *
 * @param job what is trained on: all that a resumed training must have in common with the one that
 *     was stopped, beside these options
 * @param start adapters and head to begin with instead of a first round, or null
 * @param rounds after the first
 * @param first how the first round is trained
 * @param later how each later round is
 * @param epochQueries queries in an epoch
 * @param negatives wrong documents of each query
 * @param minedQueries of which mistakes are searched for, at most; a round learns from as many
 *     others too
 * @param minedCalls of the model for each of them
 * @param rank of the adapters
 * @param maxTokens of a pair
 */
public record CrossEncoderTraining(
    String job,
    @Nullable SafetensorsFile start,
    int rounds,
    FineTuningOptions first,
    FineTuningOptions later,
    int epochQueries,
    int negatives,
    int minedQueries,
    int minedCalls,
    int rank,
    int maxTokens,
    long seed) {

  /** Documents of a held-out example, which is checked after every epoch. */
  private static final int CHECKED = 20;

  private static final String JOB = "job";
  private static final String CHECK = "held_out";
  private static final String MEAN = "held_out_mean";

  /** Gives each round who is told how it goes. */
  public interface Listener {
    /** A round begins. */
    FineTuning.Listener round(int round, FineTuningOptions options);
  }

  /**
   * Trains, or goes on.
   *
   * @param set of documents of the index
   * @param work directory for what is done so far
   * @return adapters and head that rank held-out queries best
   */
  public SafetensorsFile run(TrainingSet set, CurlewIndex index, Path work, Listener listener)
      throws IOException {
    ModelFiles base = CrossEncoderFiles.base();
    Negatives negative = new Negatives(set, index);
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        InputStream onnx = base.openModel();
        InputStream tokenizer = base.openTokenizer();
        PairTokenizer pairs = PairTokenizer.read(tokenizer, maxTokens)) {
      Pretrained pretrained = Pretrained.onnx(onnx);
      LowRankTuning tuning =
          LowRankTuning.start(pretrained, BertConfig.miniLmL6(), rank, manager, seed);
      Map<String, String> metadata = new LinkedHashMap<>();
      metadata.put("base", base.name());
      metadata.put(CrossEncoderFiles.BASE_SHA256, pretrained.fingerprint());
      metadata.put(CrossEncoderFiles.MAX_TOKENS, Integer.toString(maxTokens));
      List<SafetensorsFile> done = new ArrayList<>();
      for (int round = 0; round <= rounds; round++) {
        SafetensorsFile last = done.isEmpty() ? null : done.getLast();
        int now = round;
        done.add(
            checked(
                "round " + round,
                work.resolve("round-" + round + ".safetensors"),
                withJob(metadata, job(pretrained, round)),
                tuning,
                set,
                index,
                () -> {
                  if (now > 0 || start == null) {
                    train(now, last, set, index, negative, tuning, pairs, work, listener);
                  } else {
                    tuning.trained().set(start.arrays());
                  }
                }));
      }
      if (rounds > 0) {
        Map<String, Tensor> mean = mean(done.get(rounds - 1).arrays(), done.get(rounds).arrays());
        done.add(
            checked(
                "mean of the last two",
                work.resolve("mean.safetensors"),
                withJob(metadata, job(pretrained, rounds) + "; mean with the round before"),
                tuning,
                set,
                index,
                () -> tuning.trained().set(mean)));
      }
      return best(done);
    }
  }

  private static Map<String, String> withJob(Map<String, String> metadata, String job) {
    Map<String, String> more = new LinkedHashMap<>(metadata);
    more.put(JOB, job);
    return more;
  }

  /** Weights half way between two that were trained one from the other. */
  private static Map<String, Tensor> mean(Map<String, Tensor> one, Map<String, Tensor> other) {
    Map<String, Tensor> mean = new LinkedHashMap<>();
    one.forEach(
        (name, tensor) -> {
          float[] values = tensor.values().clone();
          float[] more = Objects.requireNonNull(other.get(name), name).values();
          for (int i = 0; i < values.length; i++) {
            values[i] = 0.5f * values[i] + 0.5f * more[i];
          }
          mean.put(name, new Tensor(tensor.shape(), values));
        });
    return mean;
  }

  private static SafetensorsFile best(List<SafetensorsFile> done) throws IOException {
    SafetensorsFile best = done.getFirst();
    for (SafetensorsFile one : done) {
      best = mean(one) > mean(best) ? one : best;
    }
    return best;
  }

  private static double mean(SafetensorsFile file) throws IOException {
    return Double.parseDouble(file.require(MEAN));
  }

  private String job(Pretrained base, int round) {
    return job
        + "; round "
        + round
        + (start == null ? "" : " after adapters " + start.metadata())
        + "; "
        + first
        + "; "
        + later
        + "; epochs of "
        + epochQueries
        + " queries; negatives "
        + negatives
        + "; mistakes of "
        + minedQueries
        + " queries in "
        + minedCalls
        + " calls, and as many others; rank "
        + rank
        + "; at most "
        + maxTokens
        + " tokens; seed "
        + seed
        + "; base "
        + base.fingerprint();
  }

  private static @Nullable SafetensorsFile read(Path file, @Nullable String job)
      throws IOException {
    if (!Files.exists(file)) {
      return null;
    }
    try (InputStream stream = Files.newInputStream(file)) {
      SafetensorsFile saved = SafetensorsFile.read(stream);
      if (saved.require(JOB).equals(job)) {
        return saved;
      }
    }
    Progress.log(file + " is of another job, and is made anew");
    return null;
  }

  private void train(
      int round,
      @Nullable SafetensorsFile last,
      TrainingSet set,
      CurlewIndex index,
      Negatives negative,
      LowRankTuning tuning,
      PairTokenizer pairs,
      Path work,
      Listener listener)
      throws IOException {
    Map<Query, int[]> mistakes = Map.of();
    List<Query> queries = set.trained();
    if (last != null) {
      int mined = Math.min(minedQueries, queries.size());
      List<Query> searched = TrainingSet.epoch(queries, round, mined, seed);
      queries = withOthers(searched, queries, new Random(seed + round));
      try (ExportedCrossEncoder model = Models.crossEncoder(last)) {
        Path file = work.resolve("mistakes-" + round + ".safetensors");
        mistakes = Mistakes.find(searched, index, negative, set, model, minedCalls, file);
      }
    }
    FineTuningOptions options = round == 0 ? first : later;
    List<Query> asked = queries;
    Map<Query, int[]> overrated = mistakes;
    FineTuning<RankingExample> training =
        new FineTuning<>(
            new RankingGradient(tuning, pairs),
            options,
            epoch ->
                negative.examples(
                    TrainingSet.epoch(asked, epoch, epochQueries, seed + round),
                    negatives,
                    overrated,
                    new Random(seed + 1000L * round + epoch)),
            negative.heads(set.heldOut(), CHECKED - 1));
    training.run(
        work.resolve("checkpoint-" + round + ".safetensors"),
        job + "; round " + round,
        listener.round(round, options));
  }

  /**
   * Some queries and as many others: those whose mistakes are known are few, and a model that sees
   * no others learns them by heart.
   */
  private static List<Query> withOthers(List<Query> some, List<Query> all, Random random) {
    Set<Query> both = new LinkedHashSet<>(some);
    List<Query> others = new ArrayList<>(all);
    Collections.shuffle(others, random);
    others.stream().filter(query -> !both.contains(query)).limit(some.size()).forEach(both::add);
    return List.copyOf(both);
  }

  /** Changes what is trained. */
  private interface Change {
    void run() throws IOException;
  }

  /**
   * What is trained, after a change, with how it ranks held-out queries, in int8 as it will be
   * used; read from a file if that was written for the same job.
   */
  private static SafetensorsFile checked(
      String name,
      Path file,
      Map<String, String> metadata,
      LowRankTuning tuning,
      TrainingSet set,
      CurlewIndex index,
      Change change)
      throws IOException {
    SafetensorsFile done = read(file, metadata.get(JOB));
    if (done == null) {
      change.run();
      SafetensorsFile trained = new SafetensorsFile(metadata, tuning.trained().values());
      try (ExportedCrossEncoder model = Models.crossEncoder(trained)) {
        HeldOutRanking ranking = HeldOutRanking.of(model, set, index);
        Map<String, String> more = new LinkedHashMap<>(metadata);
        more.put(CHECK, ranking.toString());
        more.put(MEAN, Double.toString(ranking.mean()));
        done = new SafetensorsFile(more, trained.arrays());
      }
      done.write(file);
    } else {
      tuning.trained().set(done.arrays());
    }
    Progress.log(name + ": held-out " + done.require(CHECK));
    return done;
  }
}
