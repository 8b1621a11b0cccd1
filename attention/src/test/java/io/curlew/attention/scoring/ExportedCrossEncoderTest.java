package io.curlew.attention.scoring;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl;
import io.curlew.attention.bert.BertConfig;
import io.curlew.attention.bert.BertEncoder;
import io.curlew.attention.bert.MiniLmWeights;
import io.curlew.attention.bert.Pretrained;
import io.curlew.attention.bert.QuantisedCrossEncoder;
import io.curlew.attention.bert.Tensor;
import io.curlew.cur.model.InteractionModel;
import io.curlew.data.model.ModelFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * MiniLM with adapters and a head that know nothing, merged, quantised and run by ONNX Runtime: the
 * contract. That the graph agrees with float32 is tested where trained weights are, in the demo.
 */
class ExportedCrossEncoderTest extends InteractionModelContract {
  private static final int RANK = 4;

  private final byte[] graph;

  ExportedCrossEncoderTest() throws IOException {
    Random random = new Random(42);
    Map<String, Tensor> trained = new HashMap<>();
    BertEncoder shapes = new BertEncoder(BertConfig.miniLmL6().withPooler(true));
    shapes
        .projections()
        .forEach(
            (name, projection) -> {
              if (!name.equals("pooler.dense")) {
                trained.put(
                    name + Pretrained.ADAPTER_A, normal(random, 0.05, RANK, projection.in()));
                trained.put(
                    name + Pretrained.ADAPTER_B, normal(random, 0.05, projection.out(), RANK));
              }
            });
    trained.putAll(head(random));
    try (InputStream int8 = ModelFiles.miniLmInt8().openModel()) {
      Pretrained merged = MiniLmWeights.get().merge(trained);
      graph = QuantisedCrossEncoder.onnx(int8, merged);
    }
  }

  private static Map<String, Tensor> head(Random random) {
    return Map.of(
        "pooler.dense.weight", normal(random, 0.05, 384, 384),
        "pooler.dense.bias", normal(random, 0.05, 384),
        "classifier.weight", normal(random, 0.05, 1, 384),
        "classifier.bias", normal(random, 0.05, 1));
  }

  private static Tensor normal(Random random, double deviation, int... shape) {
    long[] sizes = new long[shape.length];
    int size = 1;
    for (int i = 0; i < shape.length; i++) {
      sizes[i] = shape[i];
      size *= shape[i];
    }
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return new Tensor(sizes, values);
  }

  private ExportedCrossEncoder open(CrossEncoderOptions options) throws IOException {
    return ExportedCrossEncoder.open(
        "int8",
        ExportFormat.ONNX,
        () -> new ByteArrayInputStream(graph),
        MiniLm.TOKENIZER,
        options);
  }

  @Override
  protected InteractionModel open() throws IOException {
    return open(CrossEncoderOptions.defaults());
  }

  @Override
  protected InteractionModel openDifferent() throws IOException {
    return open(CrossEncoderOptions.defaults().withMaxTokens(20));
  }

  @Test
  void weightsThatAreNotChangedAreTheGraphsOwn() throws IOException {
    OnnxMl.GraphProto original;
    Pretrained same;
    OnnxMl.GraphProto built;
    try (InputStream int8 = ModelFiles.miniLmInt8().openModel();
        InputStream again = ModelFiles.miniLmInt8().openModel()) {
      original = OnnxMl.ModelProto.parseFrom(int8).getGraph();
      same = MiniLmWeights.get().with(head(new Random(1)));
      built = OnnxMl.ModelProto.parseFrom(QuantisedCrossEncoder.onnx(again, same)).getGraph();
    }
    Map<String, OnnxMl.TensorProto> arrays = new HashMap<>();
    original.getInitializerList().forEach(array -> arrays.put(array.getName(), array));
    int weights = 0;
    for (OnnxMl.TensorProto array : built.getInitializerList()) {
      if (array.getName().startsWith("onnx::") && array.getName().endsWith("_quantized")) {
        byte[] actual = array.getRawData().toByteArray();
        byte[] expected =
            Objects.requireNonNull(arrays.get(array.getName())).getRawData().toByteArray();
        int differing = 0;
        for (int i = 0; i < expected.length; i++) {
          assertTrue(Math.abs(expected[i] - actual[i]) <= 1, array.getName());
          differing += expected[i] == actual[i] ? 0 : 1;
        }
        // A tie may be rounded the other way.
        assertTrue(differing <= 1e-5 * expected.length, array.getName() + ": " + differing);
        weights++;
      }
    }
    assertEquals(36, weights);
  }

  /**
   * The module sums {@code (id % 97) * mask * (1 + 2 * type)} over the tokens and divides by 100;
   * it was made by torch.jit.script.
   */
  @Test
  void torchScriptGetsTokensMaskAndSegments() throws Exception {
    CrossEncoderOptions options = CrossEncoderOptions.defaults().withMaxTokens(12);
    List<String> queries = List.of("the bird sang at dawn", "a river");
    List<String> documents = List.of("first light of day", "x", "a document that is much too long");
    try (PairTokenizer tokenizer = PairTokenizer.read(MiniLm.TOKENIZER.open(), 12);
        ExportedCrossEncoder model =
            ExportedCrossEncoder.open(
                "sum",
                ExportFormat.TORCH_SCRIPT,
                MiniLm.resource("/pair-sum.pt"),
                MiniLm.TOKENIZER,
                options)) {
      float[][] scores = model.score(queries, documents);
      for (int query = 0; query < queries.size(); query++) {
        for (int document = 0; document < documents.size(); document++) {
          TokenizedPair pair = tokenizer.tokenize(queries.get(query), documents.get(document));
          long sum = 0;
          for (int i = 0; i < pair.ids().length; i++) {
            sum += pair.ids()[i] % 97 * (1 + 2 * pair.types()[i]);
          }
          assertEquals(sum / 100f, scores[query][document], 1e-5);
        }
      }
      assertEquals(1, model.truncatedDocuments());
      assertEquals(queries.size() * documents.size(), model.scoredPairs());
    }
  }

  @Test
  void aConfigurationOpensIt(@TempDir Path directory) throws Exception {
    Path file = Files.write(directory.resolve("model.onnx"), graph);
    Path tokenizer = directory.resolve("tokenizer.json");
    try (InputStream in = MiniLm.TOKENIZER.open()) {
      Files.copy(in, tokenizer);
    }
    Map<String, String> arguments =
        Map.of("model", file.toString(), "tokenizer", tokenizer.toString(), "maxTokens", "20");
    CrossEncoderFactory factory = new CrossEncoderFactory();
    List<String> documents = List.of("first light of day", "bird ".repeat(30));
    try (InteractionModel opened = factory.open(arguments);
        InteractionModel given = open(CrossEncoderOptions.defaults().withMaxTokens(20))) {
      assertEquals(
          given.fingerprint().replaceFirst("int8:", ExportedCrossEncoder.NAME + ":"),
          opened.fingerprint());
      assertArrayEquals(
          given.score(List.of("dawn"), documents)[0], opened.score(List.of("dawn"), documents)[0]);
    }
    String before = factory.identity(arguments);
    Files.write(file, new byte[1], StandardOpenOption.APPEND);
    assertNotEquals(before, factory.identity(arguments));
    assertRefused(factory, Map.of("model", file.toString()), "\"tokenizer\", got: null");
    Map<String, String> unknown = new HashMap<>(arguments);
    unknown.put("tokens", "3");
    assertRefused(factory, unknown, "[maxTokens, model, threads, tokenizer], got: tokens");
  }

  private static void assertRefused(
      CrossEncoderFactory factory, Map<String, String> arguments, String rule) {
    Exception error = assertThrows(IllegalArgumentException.class, () -> factory.open(arguments));
    assertTrue(String.valueOf(error.getMessage()).contains(rule), error.toString());
  }

  @Test
  void theDocumentIsCutAndTheQueryNever() throws IOException {
    List<String> reports = new ArrayList<>();
    CrossEncoderOptions options =
        CrossEncoderOptions.defaults()
            .withMaxTokens(20)
            .withTruncationListener((text, tokens, kept) -> reports.add(tokens + " " + kept));
    try (ExportedCrossEncoder cut = open(options)) {
      String query = "bird ".repeat(15) + "tax";
      float whole = cut.score(List.of(query), List.of("one"))[0][0];
      float longer = cut.score(List.of(query), List.of("one two three"))[0][0];
      assertEquals(whole, longer, "one token of the document fits");
      assertEquals(List.of("22 20"), reports);
      assertEquals(1, cut.truncatedDocuments());
      float other = cut.score(List.of("bird ".repeat(16)), List.of("one"))[0][0];
      assertNotEquals(whole, other, "the query's last word must have an influence");
      Exception error =
          assertThrows(
              IllegalArgumentException.class,
              () -> cut.score(List.of("bird ".repeat(18)), List.of("one")));
      assertTrue(String.valueOf(error.getMessage()).contains("within 20 tokens"), error.toString());
    }
  }

  @Test
  void whatIsNoModelIsRefused() {
    assertThrows(
        IOException.class,
        () ->
            ExportedCrossEncoder.open(
                "broken",
                ExportFormat.ONNX,
                () -> new ByteArrayInputStream(new byte[100]),
                MiniLm.TOKENIZER,
                CrossEncoderOptions.defaults()));
    assertThrows(IllegalArgumentException.class, () -> ExportFormat.of(Path.of("model.bin")));
  }
}
