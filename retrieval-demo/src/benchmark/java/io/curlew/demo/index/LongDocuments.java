package io.curlew.demo.index;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.curlew.attention.AttentionKind;
import io.curlew.attention.NystromOptions;
import io.curlew.attention.bert.BertConfig;
import io.curlew.attention.bert.BertEncoder;
import io.curlew.attention.bert.DistilledEncoder;
import io.curlew.attention.bert.PositionExtension;
import io.curlew.attention.bert.Pretrained;
import io.curlew.attention.bert.SafetensorsFile;
import io.curlew.attention.scoring.LateInteractionModel;
import io.curlew.attention.scoring.LateInteractionOptions;
import io.curlew.cur.model.InteractionModel;
import io.curlew.cur.model.PassageModel;
import io.curlew.data.BeirDataset;
import io.curlew.data.Dataset;
import io.curlew.data.Document;
import io.curlew.data.TextQuery;
import io.curlew.data.eval.Judgements;
import io.curlew.data.eval.Measure;
import io.curlew.data.eval.Measures;
import io.curlew.data.eval.PairedBootstrap;
import io.curlew.data.model.ModelFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;

/**
 * What reading more of long documents brings: late interaction of all test queries with all
 * documents, cut at some length, by best passages, whole by exact and whole by Nystrom attention.
 * Arguments: the module's directory, a BEIR directory, a directory for scores, how many documents
 * (those that are judged and others drawn at random; 0 for all), then ways of reading: {@code
 * exact:N} and {@code int8:N}, cut at N tokens; {@code passages:N:WORDS:OVERLAP}; {@code
 * plain:N:LANDMARKS}; {@code FILE:N}, adapters of {@code curlew distill}. Scores are kept, so a run
 * that was stopped goes on, and more documents or another way cost only what is new. Differences
 * are to the first way.
 *
 * <pre>mvn -q -pl retrieval-demo -am -DskipTests -Psearch-benchmarks test
 *   -Dbenchmark=io.curlew.demo.index.LongDocuments
 *   -Dbenchmark.arguments="DATASET SCORES 0 exact:512 exact:128 exact:4096"</pre>
 */
final class LongDocuments {
  private static final long SEED = 42;
  private static final int STEP = 32;

  private final List<Document> documents;
  private final List<TextQuery> queries;
  private final Judgements judgements;
  private final Path scores;

  private LongDocuments(Dataset data, Path scores, int pool) throws IOException {
    this.queries = data.testQueries();
    this.judgements = data.judgements();
    this.scores = scores;
    List<Document> all = new ArrayList<>(data.documents());
    Collections.shuffle(all, new Random(SEED));
    Set<String> judged = new LinkedHashSet<>();
    queries.forEach(query -> judged.addAll(judgements.judged(query.id()).keySet()));
    all.sort(Comparator.comparing(document -> !judged.contains(document.id())));
    List<Document> taken = new ArrayList<>(pool == 0 ? all : all.subList(0, pool));
    taken.sort(Comparator.comparingInt(document -> document.text().length()));
    this.documents = List.copyOf(taken);
  }

  public static void main(String[] arguments) throws Exception {
    Path scores = Files.createDirectories(Path.of(arguments[2]));
    LongDocuments study =
        new LongDocuments(
            BeirDataset.open(Path.of(arguments[1])), scores, Integer.parseInt(arguments[3]));
    System.out.printf(
        "%d documents, %d test queries%n", study.documents.size(), study.queries.size());
    List<List<Double>> first = List.of();
    for (String way : Arrays.asList(arguments).subList(4, arguments.length)) {
      long start = System.nanoTime();
      List<List<Double>> these = study.run(way);
      first = first.isEmpty() ? these : first;
      double millis = (System.nanoTime() - start) / 1e6 / study.documents.size();
      System.out.println(line(way, these, first, millis));
    }
  }

  private static String line(
      String way, List<List<Double>> these, List<List<Double>> first, double millis) {
    StringBuilder line = new StringBuilder(way);
    String[] names = {"MRR@10", "nDCG@10"};
    for (int i = 0; i < names.length; i++) {
      PairedBootstrap gain = PairedBootstrap.ofDifferences(these.get(i), first.get(i), SEED);
      line.append(
          String.format(
              Locale.ROOT,
              ", %s %.4f (%+.4f [%+.4f, %+.4f])",
              names[i],
              these.get(i).stream().mapToDouble(Double::doubleValue).average().orElseThrow(),
              gain.value(),
              gain.low(),
              gain.high()));
    }
    return line + String.format(Locale.ROOT, "; %.0f ms a document", millis);
  }

  private List<List<Double>> run(String way) throws Exception {
    List<String> texts = queries.stream().map(TextQuery::text).toList();
    float[][] all = new float[texts.size()][documents.size()];
    Path file = scores.resolve(way.replaceAll("[^A-Za-z0-9]+", "-") + ".scores");
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        InteractionModel model = open(way, manager);
        SavedScores saved = SavedScores.open(model, file)) {
      for (int from = 0; from < documents.size(); from += STEP) {
        List<Document> some = documents.subList(from, Math.min(documents.size(), from + STEP));
        float[][] part = saved.score(texts, some.stream().map(Document::text).toList());
        for (int q = 0; q < part.length; q++) {
          System.arraycopy(part[q], 0, all[q], from, part[q].length);
        }
      }
    }
    return List.of(measure(all, Measures.reciprocalRank(10)), measure(all, Measures.ndcg(10)));
  }

  private List<Double> measure(float[][] all, Measure measure) {
    List<Double> values = new ArrayList<>();
    for (int q = 0; q < all.length; q++) {
      float[] row = all[q];
      Integer[] order = new Integer[row.length];
      Arrays.setAll(order, i -> i);
      Arrays.sort(order, (i, j) -> Float.compare(row[j], row[i]));
      List<String> ranking =
          Arrays.stream(order).limit(10).map(d -> documents.get(d).id()).toList();
      values.add(measure.score(ranking, judgements.judged(queries.get(q).id())));
    }
    return values;
  }

  private static InteractionModel open(String way, NDManager manager) throws IOException {
    String[] parts = way.split(":");
    int tokens = Integer.parseInt(parts[1]);
    LateInteractionOptions options =
        LateInteractionOptions.defaults()
            .withCacheBytes(0)
            .withModelTokens(Math.max(tokens, LateInteractionOptions.defaults().modelTokens()))
            .withMaxDocumentTokens(tokens);
    ModelFiles int8 = ModelFiles.miniLmInt8();
    if (parts[0].equals("int8") || parts[0].equals("passages")) {
      InteractionModel model =
          LateInteractionModel.open(int8::openModel, int8::openTokenizer, options);
      return parts[0].equals("int8")
          ? model
          : new PassageModel(model, Integer.parseInt(parts[2]), Integer.parseInt(parts[3]));
    }
    BertEncoder encoder = encoder(parts, options.modelTokens(), manager);
    return LateInteractionModel.open(encoder, int8::openTokenizer, options);
  }

  private static BertEncoder encoder(String[] parts, int tokens, NDManager manager)
      throws IOException {
    Pretrained base;
    try (InputStream onnx = ModelFiles.miniLm().openModel()) {
      base = Pretrained.onnx(onnx);
    }
    BertConfig config = BertConfig.miniLmL6();
    if (!parts[0].equals("exact") && !parts[0].equals("plain")) {
      try (InputStream in = Files.newInputStream(Path.of(parts[0]))) {
        return DistilledEncoder.open(SafetensorsFile.read(in), base, config, manager);
      }
    }
    BertEncoder encoder = new BertEncoder(config.withMaxPositions(tokens));
    base.load(encoder, manager, PositionExtension.REPEAT);
    return parts[0].equals("exact")
        ? encoder
        : encoder.withAttention(
            AttentionKind.nystrom(
                NystromOptions.builder().setLandmarks(Integer.parseInt(parts[2])).build()));
  }
}
