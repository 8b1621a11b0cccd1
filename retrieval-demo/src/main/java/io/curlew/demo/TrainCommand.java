package io.curlew.demo;

import io.curlew.attention.bert.SafetensorsFile;
import io.curlew.attention.training.FineTuningOptions;
import io.curlew.data.Dataset;
import io.curlew.data.model.CrossEncoderFiles;
import io.curlew.demo.console.BadInputException;
import io.curlew.demo.console.Progress;
import io.curlew.demo.index.CurlewIndex;
import io.curlew.demo.index.Datasets;
import io.curlew.demo.index.IndexedDocuments;
import io.curlew.demo.index.Models;
import io.curlew.demo.train.CrossEncoderTraining;
import io.curlew.demo.train.TrainingIndex;
import io.curlew.demo.train.TrainingSet;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code curlew train}: makes a cross-encoder such as {@code --model cross-encoder} is. */
@Command(
    name = "train",
    description = {
      "Trains a cross-encoder on judged training queries: on the heads of the first stages' lists,"
          + " then in rounds on its own mistakes, which a budgeted search finds. The round, or the"
          + " mean of the last two, that ranks held-out queries best is kept. Resumes where it was"
          + " stopped."
    },
    footer = {
      "",
      "Examples:",
      "  curlew train --out target/adapters.safetensors",
      "  curlew train --dataset DIR --start cross-encoder --out mine.safetensors",
      "  curlew index --dataset DIR --model mine.safetensors --index target/mine"
    })
final class TrainCommand implements Callable<Integer> {
  static final int HELD_OUT = 200;
  static final int MAX_TOKENS = 96;
  private static final double EPSILON = 1e-8;
  private static final int CHECKPOINT_STEPS = 50;

  /** Of the learning rate of rounds after the first, which start from what is trained. */
  private static final double LATER = 1.0 / 3;

  @Option(names = "--out", required = true, description = "The file for adapters and head.")
  private Path out = Path.of("");

  @Option(
      names = "--dataset",
      description = "A BEIR directory with qrels/train.tsv, or wordnet; ${DEFAULT-VALUE}.")
  private String dataset = "wordnet";

  @Option(names = "--documents", description = "Of wordnet: how many, or all; ${DEFAULT-VALUE}.")
  private String documents = "all";

  @Option(names = "--work", description = "Index, mistakes, checkpoints; ${DEFAULT-VALUE}.")
  private Path work = Path.of("target/train");

  @Option(
      names = "--start",
      description = "Adapters to begin with instead of a first round: a file, or cross-encoder.")
  private @Nullable String start;

  @Option(names = "--rounds", description = "On mistakes, after the first; ${DEFAULT-VALUE}.")
  private int rounds = 2;

  @Option(names = "--epochs", description = "Of the first round; ${DEFAULT-VALUE}.")
  private int epochs = 6;

  @Option(names = "--round-epochs", description = "Of each later round; ${DEFAULT-VALUE}.")
  private int roundEpochs = 2;

  @Option(names = "--epoch-queries", description = "Queries in an epoch; ${DEFAULT-VALUE}.")
  private int epochQueries = 2048;

  @Option(
      names = "--mined-queries",
      description = "Queries of a round that are searched for mistakes; ${DEFAULT-VALUE}.")
  private int minedQueries = 3000;

  @Option(names = "--mined-calls", description = "Of the model for each; ${DEFAULT-VALUE}.")
  private int minedCalls = 50;

  @Option(names = "--held-out", description = "Queries that are not trained on; ${DEFAULT-VALUE}.")
  private int heldOut = HELD_OUT;

  @Option(names = "--negatives", description = "Wrong documents a query; ${DEFAULT-VALUE}.")
  private int negatives = 7;

  @Option(names = "--queries-per-step", description = "${DEFAULT-VALUE}.")
  private int queriesPerStep = 8;

  @Option(names = "--rank", description = "Of the adapters; ${DEFAULT-VALUE}.")
  private int rank = 8;

  @Option(
      names = "--max-tokens",
      description = "Longest pair, in training and in use; ${DEFAULT-VALUE}.")
  private int maxTokens = MAX_TOKENS;

  @Option(
      names = "--learning-rate",
      description = "The highest of the first round, a third of it later; ${DEFAULT-VALUE}.")
  private double learningRate = 1.5e-3;

  @Option(names = "--seed", description = "Of every random choice; ${DEFAULT-VALUE}.")
  private long seed = 42;

  @Override
  public Integer call() throws Exception {
    requireAtLeast(1, "--negatives", negatives);
    requireAtLeast(1, "--epoch-queries", epochQueries);
    requireAtLeast(0, "--rounds", rounds);
    requireAtLeast(1, "--mined-queries", minedQueries);
    requireAtLeast(2, "--mined-calls", minedCalls);
    CrossEncoderTraining training =
        new CrossEncoderTraining(
            "data set " + dataset + " " + documents + "; held out " + heldOut,
            start == null ? null : adapters(start),
            rounds,
            options(epochs, learningRate),
            options(roundEpochs, LATER * learningRate),
            epochQueries,
            negatives,
            minedQueries,
            minedCalls,
            rank,
            maxTokens,
            seed);
    Dataset data = Datasets.open(dataset, documents, seed);
    Files.createDirectories(work);
    try (CurlewIndex index = TrainingIndex.open(work, dataset, documents, seed)) {
      TrainingSet set = TrainingSet.of(data, IndexedDocuments.of(index), heldOut, maxTokens, seed);
      Progress.log(
          set.trained().size()
              + " train queries, "
              + set.heldOut().size()
              + " held out, "
              + set.documents().length
              + " documents");
      training
          .run(
              set,
              index,
              work,
              (round, options) ->
                  new TrainingReport("round " + round, options, "MRR@10 of held-out lists of 20"))
          .write(out);
    }
    System.out.println("Adapters and head: " + out);
    return 0;
  }

  private FineTuningOptions options(int count, double rate) {
    return new FineTuningOptions(count, queriesPerStep, rate, EPSILON, CHECKPOINT_STEPS);
  }

  private static void requireAtLeast(int least, String option, int value) {
    if (value < least) {
      throw new BadInputException(option + " must be at least " + least + ", got: " + value);
    }
  }

  private static SafetensorsFile adapters(String name) throws IOException {
    if (!name.equals(Models.CROSS_ENCODER) && !Files.isRegularFile(Path.of(name))) {
      throw new BadInputException(
          "--start must be a file or " + Models.CROSS_ENCODER + ", got: " + name);
    }
    try (InputStream in =
        name.equals(Models.CROSS_ENCODER)
            ? CrossEncoderFiles.openAdapters()
            : Files.newInputStream(Path.of(name))) {
      return SafetensorsFile.read(in);
    }
  }
}
