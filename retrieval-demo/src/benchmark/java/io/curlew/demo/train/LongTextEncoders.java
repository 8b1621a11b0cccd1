package io.curlew.demo.train;

import ai.djl.Device;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.curlew.attention.AttentionKind;
import io.curlew.attention.NystromOptions;
import io.curlew.attention.TokenSpan;
import io.curlew.attention.bert.BertConfig;
import io.curlew.attention.bert.BertEncoder;
import io.curlew.attention.bert.DistilledEncoder;
import io.curlew.attention.bert.PositionExtension;
import io.curlew.attention.bert.Pretrained;
import io.curlew.attention.bert.SafetensorsFile;
import io.curlew.attention.scoring.EncodedText;
import io.curlew.attention.scoring.MaxSim;
import io.curlew.data.BeirDataset;
import io.curlew.data.Dataset;
import io.curlew.data.Document;
import io.curlew.data.TextQuery;
import io.curlew.data.WordNetDataset;
import io.curlew.data.model.ModelFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Nystrom attention next to exact attention in MiniLM, by the length of the text and the number of
 * landmarks: plain, as a drop-in with near field, protected tokens and k-means, and taught.
 *
 * <p>{@code quality}: cosine of whole-text vectors, and rank correlation over texts of the scores
 * of late interaction, on documents that are judged for test queries, which no training sees: half
 * of them of WordNet, one after the other, half of a BEIR directory. {@code time}: the fastest and
 * the median forward pass of one text, and by how much the memory of the process grows. Arguments:
 * the module's directory, {@code quality} or {@code time}, a BEIR directory, adapters of {@code
 * curlew distill}, texts or passes.
 *
 * <pre>mvn -q -pl retrieval-demo -am -DskipTests -Psearch-benchmarks test
 *   -Dbenchmark=io.curlew.demo.train.LongTextEncoders
 *   -Dbenchmark.arguments="quality DATASET ADAPTERS 20"</pre>
 */
final class LongTextEncoders {
  private static final int QUERIES = 40;
  private static final int LONGEST = 8192;

  private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
  private final BertEncoder exact;
  private final BertEncoder taught;

  private LongTextEncoders(Path adapters) throws IOException {
    Pretrained base;
    try (InputStream onnx = ModelFiles.miniLm().openModel()) {
      base = Pretrained.onnx(onnx);
    }
    this.exact = new BertEncoder(BertConfig.miniLmL6().withMaxPositions(LONGEST));
    base.load(exact, manager, PositionExtension.REPEAT);
    try (InputStream in = Files.newInputStream(adapters)) {
      this.taught =
          DistilledEncoder.open(SafetensorsFile.read(in), base, BertConfig.miniLmL6(), manager);
    }
  }

  public static void main(String[] arguments) throws Exception {
    LongTextEncoders study = new LongTextEncoders(Path.of(arguments[3]));
    Path dataset = Path.of(arguments[2]);
    int count = Integer.parseInt(arguments[4]);
    if (arguments[1].equals("quality")) {
      study.quality(dataset, count);
    } else {
      study.time(dataset, count);
    }
  }

  private static AttentionKind plain(int landmarks) {
    return AttentionKind.nystrom(NystromOptions.builder().setLandmarks(landmarks).build());
  }

  private Map<String, BertEncoder> encoders(int landmarks, boolean dropIn) {
    Map<String, BertEncoder> encoders = new LinkedHashMap<>();
    encoders.put("plain", exact.withAttention(plain(landmarks)));
    if (dropIn) {
      AttentionKind kind = AttentionKind.nystrom(NystromOptions.dropIn(landmarks));
      encoders.put("drop-in", exact.withAttention(kind));
    }
    encoders.put("taught", taught.withAttention(EncoderDistillation.attention(landmarks)));
    return encoders;
  }

  private void quality(Path dataset, int count) throws IOException {
    Texts texts = new Texts(dataset);
    List<EncodedText> queries = texts.queries.stream().map(query -> encode(exact, query)).toList();
    for (int length : new int[] {256, 512, 1024, 2048, 4096}) {
      List<long[]> some = texts.of(length, count);
      List<EncodedText> expected = some.stream().map(text -> encode(exact, text)).toList();
      for (int landmarks : new int[] {32, 64, 128}) {
        StringBuilder line = new StringBuilder(length + " tokens, m " + landmarks);
        encoders(landmarks, true)
            .forEach(
                (name, encoder) -> {
                  List<EncodedText> actual =
                      some.stream().map(text -> encode(encoder, text)).toList();
                  line.append(
                      String.format(
                          Locale.ROOT,
                          ", %s %.4f / %.4f",
                          name,
                          cosine(expected, actual),
                          correlation(queries, expected, actual)));
                });
        System.out.println(line);
      }
    }
  }

  private static double cosine(List<EncodedText> expected, List<EncodedText> actual) {
    double sum = 0;
    for (int i = 0; i < expected.size(); i++) {
      float[] x = expected.get(i).pooled();
      float[] y = actual.get(i).pooled();
      for (int k = 0; k < x.length; k++) {
        sum += (double) x[k] * y[k];
      }
    }
    return sum / expected.size();
  }

  /** Mean over queries of Spearman's rank correlation over texts. */
  private static double correlation(
      List<EncodedText> queries, List<EncodedText> expected, List<EncodedText> actual) {
    float[][] x = MaxSim.score(queries, expected);
    float[][] y = MaxSim.score(queries, actual);
    int n = expected.size();
    double sum = 0;
    for (int q = 0; q < x.length; q++) {
      int[] a = ranks(x[q]);
      int[] b = ranks(y[q]);
      double squares = 0;
      for (int i = 0; i < n; i++) {
        squares += (double) (a[i] - b[i]) * (a[i] - b[i]);
      }
      sum += 1 - 6 * squares / (n * ((double) n * n - 1));
    }
    return sum / x.length;
  }

  private static int[] ranks(float[] values) {
    Integer[] order = new Integer[values.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (i, j) -> Float.compare(values[i], values[j]));
    int[] ranks = new int[values.length];
    for (int rank = 0; rank < ranks.length; rank++) {
      ranks[order[rank]] = rank;
    }
    return ranks;
  }

  private EncodedText encode(BertEncoder encoder, long[] text) {
    boolean[] special = new boolean[text.length];
    special[0] = true;
    special[text.length - 1] = true;
    return EncodedText.of(forward(encoder, text), special);
  }

  private float[] forward(BertEncoder encoder, long[] text) {
    try (NDManager scratch = manager.newSubManager()) {
      List<TokenSpan> whole = TokenSpan.whole(1, text.length);
      return encoder
          .encode(
              new ParameterStore(scratch, false),
              scratch.create(text, new Shape(1, text.length)),
              null,
              whole,
              false)
          .toFloatArray();
    }
  }

  private void time(Path dataset, int passes) throws IOException {
    Texts texts = new Texts(dataset);
    for (int length : new int[] {256, 384, 512, 768, 1024, 2048, 4096, 8192}) {
      long[] text = texts.of(length, 2).get(1);
      StringBuilder line = new StringBuilder(length + " tokens");
      Map<String, BertEncoder> encoders = new LinkedHashMap<>();
      encoders.put("exact", exact);
      encoders.putAll(encoders(64, false));
      for (Map.Entry<String, BertEncoder> encoder : encoders.entrySet()) {
        forward(encoder.getValue(), text);
        double[] millis = new double[passes];
        long before = memory("VmRSS");
        Files.writeString(Path.of("/proc/self/clear_refs"), "5"); // the peak starts from here
        for (int i = 0; i < passes; i++) {
          long start = System.nanoTime();
          forward(encoder.getValue(), text);
          millis[i] = (System.nanoTime() - start) / 1e6;
        }
        Arrays.sort(millis);
        line.append(
            String.format(
                Locale.ROOT,
                ", %s %.1f (%.1f) ms %d MB",
                encoder.getKey(),
                millis[0],
                millis[passes / 2],
                Math.max(0, memory("VmHWM") - before) / 1024));
      }
      System.out.println(line);
    }
  }

  private static long memory(String key) throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith(key + ":"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")))
        .findFirst()
        .orElseThrow();
  }

  /** Documents that are judged for test queries, in tokens. */
  private static final class Texts {
    private final List<List<long[]>> sets = new ArrayList<>();
    private final List<long[]> queries = new ArrayList<>();

    Texts(Path dataset) throws IOException {
      Map<String, String> whole = Map.of("truncation", "false", "padding", "false");
      try (InputStream json = ModelFiles.miniLm().openTokenizer();
          HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.newInstance(json, whole)) {
        for (Dataset data : List.of(WordNetDataset.all(42), BeirDataset.open(dataset))) {
          Set<String> judged = new LinkedHashSet<>();
          for (TextQuery query : data.testQueries()) {
            judged.addAll(data.judgements().judged(query.id()).keySet());
          }
          sets.add(
              data.documents().stream()
                  .filter(document -> judged.contains(document.id()))
                  .map(Document::text)
                  .map(text -> tokenizer.encode(text).getIds())
                  .toList());
          data.testQueries().stream()
              .limit(QUERIES / 2)
              .map(query -> tokenizer.encode(query.text()).getIds())
              .forEach(queries::add);
        }
      }
    }

    /** So many tokens, of one set and the other in turn. */
    List<long[]> of(int length, int count) {
      List<TextStream> streams = sets.stream().map(TextStream::new).toList();
      List<long[]> texts = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        TextStream stream = streams.get(i % streams.size());
        texts.add(stream.next(length));
        stream.nextDocument(); // a text begins where a document does
      }
      return texts;
    }
  }
}
