package io.curlew.demo;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.curlew.attention.bert.BertConfig;
import io.curlew.attention.bert.Pretrained;
import io.curlew.attention.bert.SafetensorsFile;
import io.curlew.attention.scoring.PairTokenizer;
import io.curlew.attention.training.FineTuning;
import io.curlew.attention.training.FineTuningOptions;
import io.curlew.attention.training.LowRankTuning;
import io.curlew.data.WordNetDataset;
import io.curlew.data.model.CrossEncoderFiles;
import io.curlew.data.model.ModelFiles;
import io.curlew.demo.console.BadInputException;
import io.curlew.demo.console.Progress;
import io.curlew.demo.index.Datasets;
import io.curlew.demo.train.HardNegatives;
import io.curlew.demo.train.TrainingSet;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code curlew train}: makes the cross-encoder that {@code --model cross-encoder} is. */
@Command(
    name = "train",
    description =
        "Trains the cross-encoder on WordNet's train queries; resumes where it was stopped.",
    footer = {"", "Example:", "  curlew train --out target/adapters.safetensors"})
final class TrainCommand implements Callable<Integer> {
  static final int HELD_OUT = 200;
  static final int MAX_TOKENS = 96;
  private static final double EPSILON = 1e-8;
  private static final int CHECKPOINT_STEPS = 50;

  @Option(names = "--out", required = true, description = "The file for adapters and head.")
  private Path out = Path.of("");

  @Option(names = "--work", description = "Lists and checkpoint; ${DEFAULT-VALUE}.")
  private Path work = Path.of("target/train");

  @Option(names = "--documents", description = "Of WordNet: how many, or all; ${DEFAULT-VALUE}.")
  private String documents = "all";

  @Option(names = "--epochs", description = "${DEFAULT-VALUE}.")
  private int epochs = 6;

  @Option(names = "--epoch-queries", description = "Queries in an epoch; ${DEFAULT-VALUE}.")
  private int epochQueries = 2048;

  @Option(names = "--held-out", description = "Queries that are not trained on; ${DEFAULT-VALUE}.")
  private int heldOut = HELD_OUT;

  @Option(names = "--negatives", description = "Wrong documents a query; ${DEFAULT-VALUE}.")
  private int negatives = 7;

  @Option(names = "--queries-per-step", description = "${DEFAULT-VALUE}.")
  private int queriesPerStep = 8;

  @Option(names = "--rank", description = "Of the adapters; ${DEFAULT-VALUE}.")
  private int rank = 8;

  @Option(names = "--learning-rate", description = "The highest; ${DEFAULT-VALUE}.")
  private double learningRate = 1.5e-3;

  @Option(names = "--seed", description = "Of every random choice; ${DEFAULT-VALUE}.")
  private long seed = 42;

  @Override
  public Integer call() throws Exception {
    FineTuningOptions options =
        new FineTuningOptions(epochs, queriesPerStep, learningRate, EPSILON, CHECKPOINT_STEPS);
    if (negatives < 1 || negatives > HardNegatives.DEPTH / 2) {
      throw new BadInputException(
          "--negatives must be between 1 and " + HardNegatives.DEPTH / 2 + ", got: " + negatives);
    }
    if (epochQueries < 1) {
      throw new BadInputException("--epoch-queries must be at least 1, got: " + epochQueries);
    }
    Files.createDirectories(work);
    TrainingSet set =
        TrainingSet.of((WordNetDataset) Datasets.open("wordnet", documents, seed), heldOut, seed);
    Progress.log(
        set.queries().size()
            - heldOut
            + " train queries, "
            + heldOut
            + " held out, "
            + set.documents().size()
            + " documents");
    HardNegatives lists = HardNegatives.of(set, work, documents, seed);
    ModelFiles base = CrossEncoderFiles.base();
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        InputStream onnx = base.openModel();
        InputStream tokenizer = base.openTokenizer();
        PairTokenizer pairs = PairTokenizer.read(tokenizer, MAX_TOKENS)) {
      Pretrained pretrained = Pretrained.onnx(onnx);
      LowRankTuning tuning =
          LowRankTuning.start(pretrained, BertConfig.miniLmL6(), rank, manager, seed);
      FineTuning training =
          new FineTuning(
              tuning,
              pairs,
              options,
              epoch -> set.epoch(epoch, epochQueries, negatives, lists, seed),
              set.heldOutExamples(lists));
      String job = job() + "; base " + pretrained.fingerprint();
      Map<String, String> metadata = new LinkedHashMap<>();
      try (Report report = new Report(metadata, Progress.start("Train", steps()))) {
        training.run(work.resolve("checkpoint.safetensors"), job, report);
      }
      metadata.put("base", base.name());
      metadata.put(CrossEncoderFiles.BASE_SHA256, pretrained.fingerprint());
      metadata.put("training", job + "; " + options);
      new SafetensorsFile(metadata, tuning.values()).write(out);
    }
    System.out.println("Adapters and head: " + out);
    return 0;
  }

  private long steps() {
    return (long) epochs * ((epochQueries + queriesPerStep - 1) / queriesPerStep);
  }

  private String job() {
    return "wordnet "
        + documents
        + "; epochs of "
        + epochQueries
        + " queries; negatives "
        + negatives
        + "; held out "
        + heldOut
        + "; rank "
        + rank
        + "; at most "
        + MAX_TOKENS
        + " tokens; seed "
        + seed;
  }

  /** Shows loss and held-out scores, and notes the latter. */
  private static final class Report implements FineTuning.Listener, AutoCloseable {
    private static final int EVERY = 25;

    private final Map<String, String> metadata;
    private final Progress progress;
    private long start = System.nanoTime();
    private double loss;
    private int steps;
    private boolean resumed = true;

    Report(Map<String, String> metadata, Progress progress) {
      this.metadata = metadata;
      this.progress = progress;
    }

    @Override
    public void step(int step, int of, double value) {
      if (resumed) {
        progress.step(step - 1);
        resumed = false;
      }
      progress.step(1);
      loss += value;
      steps++;
      if (step % EVERY == 0) {
        Progress.log(
            String.format(
                Locale.ROOT,
                "step %d of %d: loss %.4f, %.2f s a step",
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
    public void epoch(int epoch, double score) {
      String line = String.format(Locale.ROOT, "%.4f", score);
      metadata.put("held_out_mrr_at_10", line); // the last one stays
      Progress.log("epoch " + epoch + ": held-out MRR@10 " + line);
      forget();
    }

    @Override
    public void close() {
      progress.close();
    }
  }
}
