package io.curlew.demo;

import io.curlew.attention.training.FineTuningOptions;
import io.curlew.data.Dataset;
import io.curlew.demo.index.Datasets;
import io.curlew.demo.train.EncoderDistillation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code curlew distill}: makes an encoder such as {@code --attention nystrom} is. */
@Command(
    name = "distill",
    description = {
      "Teaches the encoder of late interaction to read long texts by Nystrom attention, with the"
          + " token vectors that exact attention would give. Resumes where it was stopped."
    },
    footer = {
      "",
      "Examples:",
      "  curlew distill --out target/nystrom.safetensors",
      "  curlew distill --dataset wordnet --dataset DIR --out mine.safetensors",
      "  curlew index --dataset DIR --attention mine.safetensors --index mine"
    })
final class DistillCommand implements Callable<Integer> {
  private static final double EPSILON = 1e-8;
  private static final int CHECKPOINT_STEPS = 25;
  private static final String DOCUMENTS = "all";

  @Option(names = "--out", required = true, description = "The file for the adapters.")
  private Path out = Path.of("");

  @Option(
      names = "--dataset",
      description =
          "Texts to learn from, BEIR directories or wordnet; may be repeated; wordnet by default."
              + " What is judged for test queries is left out.")
  private List<String> datasets = new ArrayList<>();

  @Option(names = "--work", description = "For checkpoints; ${DEFAULT-VALUE}.")
  private Path work = Path.of("target/distill");

  @Option(names = "--landmarks", description = "Of the attention; ${DEFAULT-VALUE}.")
  private int landmarks = 64;

  @Option(names = "--max-tokens", description = "Of a text to be read; ${DEFAULT-VALUE}.")
  private int maxTokens = 8192;

  @Option(names = "--rank", description = "Of the adapters; ${DEFAULT-VALUE}.")
  private int rank = 16;

  @Option(names = "--epochs", description = "${DEFAULT-VALUE}.")
  private int epochs = 4;

  @Option(names = "--epoch-texts", description = "Texts in an epoch; ${DEFAULT-VALUE}.")
  private int epochTexts = 360;

  @Option(names = "--texts-per-step", description = "${DEFAULT-VALUE}.")
  private int textsPerStep = 6;

  @Option(names = "--learning-rate", description = "The highest; ${DEFAULT-VALUE}.")
  private double learningRate = 5e-4;

  @Option(names = "--seed", description = "Of every random choice; ${DEFAULT-VALUE}.")
  private long seed = 42;

  @Override
  public Integer call() throws Exception {
    List<String> names = datasets.isEmpty() ? List.of("wordnet") : datasets;
    EncoderDistillation distillation =
        new EncoderDistillation(
            "data sets " + names,
            landmarks,
            maxTokens,
            rank,
            epochTexts,
            new FineTuningOptions(epochs, textsPerStep, learningRate, EPSILON, CHECKPOINT_STEPS),
            seed);
    List<Dataset> data = new ArrayList<>();
    for (String name : names) {
      data.add(Datasets.open(name, DOCUMENTS, seed));
    }
    Files.createDirectories(work);
    distillation
        .run(
            data,
            work,
            new TrainingReport(
                "distillation", distillation.options(), "mean cosine of held-out token vectors"))
        .write(out);
    System.out.println("Adapters: " + out);
    return 0;
  }
}
