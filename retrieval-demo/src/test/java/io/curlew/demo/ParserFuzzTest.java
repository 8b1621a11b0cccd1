package io.curlew.demo;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.attention.bert.BertConfig;
import io.curlew.attention.bert.Pretrained;
import io.curlew.attention.bert.SafetensorsFile;
import io.curlew.attention.bert.Tensor;
import io.curlew.cur.anchor.AnchorFile;
import io.curlew.cur.anchor.AnchorFileException;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.RowEncoding;
import io.curlew.cur.model.ScoreCache;
import io.curlew.data.BeirDataset;
import io.curlew.data.DocumentReader;
import io.curlew.data.eval.Judgements;
import io.curlew.data.eval.Run;
import io.curlew.data.file.MalformedDataException;
import io.curlew.demo.evaluate.ScoreFile;
import io.curlew.testing.Bounds;
import io.curlew.testing.Mutations;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32C;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import picocli.CommandLine;

/**
 * Every parser of ours on inputs that are damaged, cut, spliced and swollen: it reads them or says
 * what is wrong by the exception that it documents, at once, and allocates no more than the input
 * is worth, whatever a length field says.
 *
 * <p>A million inputs each (some minutes): {@code mvn -q -pl retrieval-demo -am test
 * -Dtest=ParserFuzzTest -Dsurefire.failIfNoSpecifiedTests=false -Djqwik.tries.default=1000000}.
 */
class ParserFuzzTest {

  private static final Bounds BOUNDS = new Bounds();
  private static final CommandLine COMMAND_LINE = Curlew.commandLine(); // takes longer than parsing
  private static final int ARGUMENT = 1000; // as many bytes of input: picocli takes some 50 KB

  /** An ONNX model with two initialisers and a node that uses one. */
  private static final String GRAPH =
      "CAg6lAEKIQoBYQoRcG9vbGVyLmRlbnNlLmJpYXMSAWIiBk1hdE11bBIFZ3JhcGgqOwgCCAIQAUIhZW1iZWRkaW5ncy53"
          + "b3JkX2VtYmVkZGluZ3Mud2VpZ2h0ShAAAAAAAAAAAAAAAAAAAAAAKisIAggCEAFCEXBvb2xlci5kZW5zZS5iaW"
          + "FzShAAAAAAAAAAAAAAAAAAAAAA";

  private static Path directory = Path.of("");

  @BeforeContainer
  static void makeDirectory() throws IOException {
    directory = Files.createTempDirectory("curlew-fuzz");
  }

  @AfterContainer
  static void report() throws IOException {
    System.out.print(BOUNDS);
    try (var files = Files.walk(directory)) {
      files.sorted(java.util.Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
  }

  /** Inputs made from good ones; half of them are repaired, so that they are read further. */
  private static Arbitrary<byte[]> damaged(List<byte[]> seeds, Mutations.Seal seal) {
    return Arbitraries.randomValue(random -> Mutations.of(seeds, seal, random));
  }

  private static Arbitrary<byte[]> damaged(List<byte[]> seeds) {
    return damaged(seeds, bytes -> bytes);
  }

  @Provide
  Arbitrary<byte[]> anchorFiles() throws IOException {
    Path file = directory.resolve("seed.anchors");
    float[][] rows = new float[20][3];
    Random random = new Random(1);
    for (float[] row : rows) {
      for (int a = 0; a < row.length; a++) {
        row[a] = random.nextFloat();
      }
    }
    List<String> queries = List.of("a bird", "a river", "music");
    AnchorFile.write(AnchorSet.of(queries, "model", rows), file);
    byte[] whole = Files.readAllBytes(file);
    AnchorFile.write(
        AnchorSet.of(queries, "model", rows, RowEncoding.projected(2, RowEncoding.int8())), file);
    byte[] projected = Files.readAllBytes(file);
    AnchorFile.write(AnchorSet.of(queries, "model", rows, RowEncoding.productQuantized(2)), file);
    byte[] quantized = Files.readAllBytes(file);
    return damaged(List.of(whole, projected, quantized), ParserFuzzTest::sealAnchors);
  }

  private static byte[] sealAnchors(byte[] bytes) {
    if (bytes.length < 24) {
      return bytes;
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    buffer.putInt(12, bytes.length - 20);
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, bytes.length - 4);
    buffer.putInt(bytes.length - 4, (int) crc.getValue());
    return bytes;
  }

  @Property(shrinking = ShrinkingMode.OFF)
  void anchorFile(@ForAll("anchorFiles") byte[] input) throws Exception {
    BOUNDS.hold(
        "anchor file",
        input.length,
        () -> {
          try {
            AnchorFile.read(new ByteArrayInputStream(input));
          } catch (AnchorFileException e) {
            assertTrue(String.valueOf(e.getMessage()).length() > 10);
          }
        });
  }

  @Provide
  Arbitrary<byte[]> weights() {
    byte[] seed =
        new SafetensorsFile(
                Map.of("base", "x"),
                Map.of(
                    "a", new Tensor(new long[] {2, 3}, new float[6]),
                    "b", new Tensor(new long[] {4}, new float[4])))
            .toBytes();
    return damaged(List.of(seed));
  }

  @Property(shrinking = ShrinkingMode.OFF)
  void safetensors(@ForAll("weights") byte[] input) throws Exception {
    BOUNDS.hold(
        "safetensors",
        input.length,
        () -> {
          try {
            SafetensorsFile.read(new ByteArrayInputStream(input));
          } catch (IOException e) {
            assertTrue(String.valueOf(e.getMessage()).length() > 10);
          }
        });
  }

  @Provide
  Arbitrary<byte[]> graphs() {
    byte[] seed = Base64.getDecoder().decode(GRAPH);
    return damaged(List.of(seed));
  }

  @Property(shrinking = ShrinkingMode.OFF)
  void onnx(@ForAll("graphs") byte[] input) throws Exception {
    BOUNDS.hold(
        "onnx",
        input.length,
        () -> {
          try {
            Pretrained.onnx(new ByteArrayInputStream(input));
          } catch (IOException e) {
            assertTrue(String.valueOf(e.getMessage()).length() > 10);
          }
        });
  }

  @Provide
  Arbitrary<byte[]> configs() {
    return damaged(
        Mutations.texts(
            """
            {"vocab_size": 30522, "hidden_size": 384, "num_hidden_layers": 6,
             "num_attention_heads": 12, "intermediate_size": 1536, "hidden_act": "gelu",
             "max_position_embeddings": 512, "type_vocab_size": 2, "layer_norm_eps": 1e-12,
             "model_type": "bert", "nested": [[[1, {"a": null}]]]}
            """));
  }

  @Property(shrinking = ShrinkingMode.OFF)
  void encoderConfig(@ForAll("configs") byte[] input) throws Exception {
    BOUNDS.hold(
        "encoder config",
        input.length,
        () -> {
          try {
            BertConfig.read(new ByteArrayInputStream(input));
          } catch (IOException | IllegalArgumentException e) {
            assertTrue(String.valueOf(e.getMessage()).length() > 5);
          }
        });
  }

  @Provide
  Arbitrary<byte[]> caches() throws IOException {
    Path file = directory.resolve("seed.cache");
    ScoreCache cache = ScoreCache.open(file, 100);
    cache.save();
    byte[] empty = Files.readAllBytes(file);
    Files.delete(file);
    byte[] one = java.util.Arrays.copyOf(empty, empty.length + 20);
    ByteBuffer.wrap(one).putInt(12, 1);
    CRC32C crc = new CRC32C();
    crc.update(one, 0, one.length - 4);
    ByteBuffer.wrap(one).putInt(one.length - 4, (int) crc.getValue());
    return damaged(List.of(empty, one));
  }

  @Property(shrinking = ShrinkingMode.OFF)
  void scoreCache(@ForAll("caches") byte[] input) throws Exception {
    Path file = Files.write(directory.resolve("cache"), input);
    BOUNDS.hold(
        "score cache",
        input.length,
        () -> {
          try {
            ScoreCache.open(file, 100);
          } catch (IOException e) {
            assertTrue(String.valueOf(e.getMessage()).length() > 10);
          }
        });
  }

  @Property(shrinking = ShrinkingMode.OFF)
  void scoreFile(@ForAll("caches") byte[] input) throws Exception {
    Path scores = Files.createDirectories(directory.resolve("scores"));
    List<String> documents = List.of("one", "two");
    try (ScoreFile file = ScoreFile.open(scores, "model", List.of("query"), documents)) {
      float[][] values = new float[1][2];
      file.read(values);
      file.append(values, 0, 2);
      file.finish();
    }
    Path made;
    try (var files = Files.list(scores)) {
      made = files.findFirst().orElseThrow();
    }
    byte[] whole = Files.readAllBytes(made);
    int at = Math.min(whole.length, input.length);
    System.arraycopy(input, input.length - at, whole, whole.length - at, at);
    Files.write(made, whole);
    BOUNDS.hold(
        "score file",
        input.length,
        () -> {
          try (ScoreFile file = ScoreFile.open(scores, "model", List.of("query"), documents)) {
            int known = file.read(new float[1][2]);
            assertTrue(known == 0 || known == 2);
            file.append(new float[1][2], 0, 2);
            file.finish();
          }
        });
  }

  @Provide
  Arbitrary<byte[]> corpora() {
    return damaged(
        Mutations.texts(
            "{\"_id\": \"d1\", \"title\": \"A title\", \"text\": \"a text \\u00e9\"}\n"
                + "{\"_id\": \"d2\", \"text\": \"more\", \"metadata\": {\"a\": [1, 2.5e9,"
                + " null]}}\n",
            "{\"_id\": \"q1\", \"text\": \"a query\"}\n"));
  }

  @Property(shrinking = ShrinkingMode.OFF)
  void beirLines(@ForAll("corpora") byte[] input) throws Exception {
    Path beir = Files.createDirectories(directory.resolve("beir"));
    Files.write(beir.resolve("corpus.jsonl"), input);
    Files.write(beir.resolve("queries.jsonl"), input);
    BOUNDS.hold(
        "BEIR lines",
        input.length,
        () -> {
          try (DocumentReader documents = BeirDataset.open(beir).openDocuments()) {
            while (documents.next() != null) {
              // every line is parsed
            }
          } catch (MalformedDataException e) {
            assertTrue(String.valueOf(e.getMessage()).contains(".jsonl"), e.getMessage());
          }
        });
  }

  @Provide
  Arbitrary<byte[]> judgements() {
    return damaged(
        Mutations.texts(
            "query-id\tcorpus-id\tscore\nq1\td1\t1\nq1\td2\t0\nq2\td1\t2\n",
            "q1 0 d1 1\nq1 0 d2 -1\n"));
  }

  @Property(shrinking = ShrinkingMode.OFF)
  void judgementFiles(@ForAll("judgements") byte[] input) throws Exception {
    Path file = Files.write(directory.resolve("qrels"), input);
    BOUNDS.hold(
        "judgements",
        input.length,
        () -> {
          for (int kind = 0; kind < 2; kind++) {
            try {
              Judgements read = kind == 0 ? Judgements.readBeir(file) : Judgements.readTrec(file);
              assertTrue(read.size() >= 0);
            } catch (MalformedDataException e) {
              assertTrue(String.valueOf(e.getMessage()).contains("qrels"), e.getMessage());
            }
          }
        });
  }

  @Provide
  Arbitrary<byte[]> runs() {
    return damaged(
        Mutations.texts("q1 Q0 d1 1 0.5 tag\nq1 Q0 d2 2 -1.5e-3 tag\nq2 Q0 d1 1 7 tag\n"));
  }

  @Property(shrinking = ShrinkingMode.OFF)
  void runFiles(@ForAll("runs") byte[] input) throws Exception {
    Path file = Files.write(directory.resolve("run"), input);
    BOUNDS.hold(
        "runs",
        input.length,
        () -> {
          try {
            assertTrue(!Run.read(file).queries().isEmpty());
          } catch (MalformedDataException e) {
            assertTrue(String.valueOf(e.getMessage()).contains("run"), e.getMessage());
          }
        });
  }

  @Provide
  Arbitrary<byte[]> commandLines() {
    return damaged(
        Mutations.texts(
            "search\n--index\nnowhere\n--budget\n200\n--k\n10\n--method\nadaptive\n--json\na bird",
            "evaluate\n--dataset\nnowhere\n--index\nnowhere\n--budgets\n100,200\n--queries\n5",
            "index\n--dataset\nnowhere\n--index\nx\n--anchors\n400\n--seed\n7\n--dimensions\n12",
            "anchors\nshow\nnowhere\n--queries\n3"));
  }

  @Property(shrinking = ShrinkingMode.OFF)
  void commandLine(@ForAll("commandLines") byte[] input) throws Exception {
    String[] arguments =
        new String(input, StandardCharsets.UTF_8).replace("\0", "").split("\n", -1);
    BOUNDS.hold(
        "command line",
        input.length + ARGUMENT * arguments.length,
        () -> {
          try {
            COMMAND_LINE.parseArgs(arguments);
          } catch (CommandLine.ParameterException e) {
            assertTrue(String.valueOf(e.getMessage()).length() > 5, String.join(" ", arguments));
          }
        });
  }
}
