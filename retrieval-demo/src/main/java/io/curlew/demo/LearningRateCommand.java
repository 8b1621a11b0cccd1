package io.curlew.demo;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.curlew.attention.bert.BertConfig;
import io.curlew.attention.bert.Pretrained;
import io.curlew.attention.bert.SafetensorsFile;
import io.curlew.attention.bert.Tensor;
import io.curlew.attention.scoring.PairTokenizer;
import io.curlew.attention.training.LowRankTuning;
import io.curlew.attention.training.RankingGradient;
import io.curlew.data.model.CrossEncoderFiles;
import io.curlew.data.model.ModelFiles;
import io.curlew.demo.console.BadInputException;
import io.curlew.demo.index.CurlewIndex;
import io.curlew.demo.index.Datasets;
import io.curlew.demo.index.IndexedDocuments;
import io.curlew.demo.train.LearningRatePlot;
import io.curlew.demo.train.LearningRateStudy;
import io.curlew.demo.train.Negatives;
import io.curlew.demo.train.TrainingIndex;
import io.curlew.demo.train.TrainingSet;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code curlew lr}: what Adam's learning rate should be for another batch size or epsilon. */
@Command(
    name = "lr",
    description =
        "Measures gradients of the cross-encoder's training and how steep its loss is along steps"
            + " of batches, and predicts Adam's best learning rate for each batch size and"
            + " epsilon, with a band of 95 %.",
    footer = {"", "Example:", "  curlew lr --batches 2,8,32 --plot target/learning-rate.png"})
final class LearningRateCommand implements Callable<Integer> {

  @Option(
      names = "--from",
      split = ",",
      description = "Adapters and head to measure at, one or more files; the shipped ones.")
  private List<Path> from = List.of();

  @Option(names = "--work", description = "The index of curlew train; ${DEFAULT-VALUE}.")
  private Path work = Path.of("target/train");

  @Option(names = "--documents", description = "Of WordNet: how many, or all; ${DEFAULT-VALUE}.")
  private String documents = "all";

  @Option(names = "--held-out", description = "As in curlew train; ${DEFAULT-VALUE}.")
  private int heldOut = TrainCommand.HELD_OUT;

  @Option(
      names = "--groups",
      description = "Of examples, twice the largest batch in each; ${DEFAULT-VALUE}.")
  private int groups = 6;

  @Option(names = "--batches", split = ",", description = "Queries a step; ${DEFAULT-VALUE}.")
  private List<Integer> batches = List.of(2, 8, 32);

  @Option(names = "--epsilons", split = ",", description = "Of Adam; ${DEFAULT-VALUE}.")
  private List<Double> epsilons = List.of(0.0, 3e-3);

  @Option(
      names = "--settled",
      description = "For steps in the midst of training; else for the first from rest.")
  private boolean settled;

  @Option(names = "--article", description = "Also by the article's law, for comparison.")
  private boolean article;

  @Option(
      names = "--search",
      description = "Also search the best rate of one step, here and on known quadratics.")
  private boolean search;

  @Option(names = "--plot", description = "Draw to this PNG file.")
  private @Nullable Path plot;

  @Option(names = "--seed", description = "Of every random choice; ${DEFAULT-VALUE}.")
  private long seed = 42;

  @Override
  public Integer call() throws Exception {
    require("--groups", groups, 2);
    batches = batches.stream().sorted().distinct().toList();
    batches.forEach(batch -> require("--batches", batch, 1));
    for (double epsilon : epsilons) {
      if (!(epsilon >= 0)) {
        throw new BadInputException("--epsilons must be at least 0, got: " + epsilon);
      }
    }
    for (Path file : from) {
      if (!Files.isRegularFile(file)) {
        throw new BadInputException("--from must be files, got: " + file);
      }
    }
    Files.createDirectories(work);
    LearningRateStudy study =
        new LearningRateStudy(
            batches, epsilons, groups, settled, article, search, seed, System.out);
    List<LearningRatePlot.Panel> panels = new ArrayList<>();
    if (search) {
      panels.addAll(study.quadratics());
    }
    try (CurlewIndex index = TrainingIndex.open(work, "wordnet", documents, seed)) {
      TrainingSet set =
          TrainingSet.of(
              Datasets.open("wordnet", documents, seed),
              IndexedDocuments.of(index),
              heldOut,
              TrainCommand.MAX_TOKENS,
              seed);
      Negatives lists = new Negatives(set, index);
      if (from.isEmpty()) {
        try (InputStream shipped = CrossEncoderFiles.openAdapters()) {
          panels.add(panel("the shipped cross-encoder", shipped, study, set, lists));
        }
      }
      for (Path file : from) {
        try (InputStream weights = Files.newInputStream(file)) {
          panels.add(panel(file.getFileName().toString(), weights, study, set, lists));
        }
      }
    }
    if (plot != null) {
      LearningRatePlot.write(panels, plot);
      System.out.println("Plot: " + plot);
    }
    return 0;
  }

  private LearningRatePlot.Panel panel(
      String name, InputStream weights, LearningRateStudy study, TrainingSet set, Negatives lists)
      throws IOException {
    ModelFiles base = CrossEncoderFiles.base();
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        InputStream onnx = base.openModel();
        InputStream json = base.openTokenizer();
        PairTokenizer pairs = PairTokenizer.read(json, TrainCommand.MAX_TOKENS)) {
      SafetensorsFile start = SafetensorsFile.read(weights);
      LowRankTuning tuning =
          LowRankTuning.start(
              Pretrained.onnx(onnx), BertConfig.miniLmL6(), rank(start), manager, seed);
      tuning.trained().set(start.arrays());
      return study.crossEncoder(name, set, lists, tuning, new RankingGradient(tuning, pairs));
    }
  }

  private static void require(String option, int value, int least) {
    if (value < least) {
      throw new BadInputException(option + " must be at least " + least + ", got: " + value);
    }
  }

  private static int rank(SafetensorsFile file) throws IOException {
    for (Map.Entry<String, Tensor> array : file.arrays().entrySet()) {
      if (array.getKey().endsWith(Pretrained.ADAPTER_A)) {
        return Math.toIntExact(array.getValue().shape()[0]);
      }
    }
    throw new IOException("a weight file must hold adapters, got: " + file.arrays().keySet());
  }
}
