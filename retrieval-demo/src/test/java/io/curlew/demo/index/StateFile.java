package io.curlew.demo.index;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.curlew.attention.bert.SafetensorsFile;
import io.curlew.attention.bert.Tensor;
import io.curlew.cur.SyntheticScores;
import io.curlew.cur.anchor.AnchorFile;
import io.curlew.cur.model.CachedModel;
import io.curlew.cur.model.ScoreCache;
import io.curlew.data.eval.Run;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * A kind of file that is written whole or not at all, in versions from 0 to 9 that can be told
 * apart, for tests that keep it from being written.
 *
 * @param writer writes a version over the one before, or over none
 * @param reader reads which version it is; fails if it is none
 */
record StateFile(String name, Writer writer, Reader reader) {

  static final int VERSIONS = 10;

  private static final int DOCUMENTS = 1000;
  private static final int ANCHORS = 100;
  private static final SyntheticScores SCORES =
      SyntheticScores.draw(ANCHORS, VERSIONS, DOCUMENTS, 5, new Random(1));
  private static final List<String> TEXTS =
      IntStream.range(0, DOCUMENTS).mapToObj(SyntheticScores::text).toList();

  /** Writes a version. */
  interface Writer {
    void write(Path file, int version) throws Exception;
  }

  /** Reads which version it is. */
  interface Reader {
    int read(Path file) throws Exception;
  }

  static List<StateFile> all() {
    return List.of(
        new StateFile("anchor file", StateFile::writeAnchors, StateFile::readAnchors),
        new StateFile("score cache", StateFile::writeCache, StateFile::readCache),
        new StateFile("safetensors", StateFile::writeWeights, StateFile::readWeights),
        new StateFile("run", StateFile::writeRun, StateFile::readRun));
  }

  private static void writeAnchors(Path file, int version) throws Exception {
    AnchorFile.write(SCORES.anchorSet().withQueryModel(Integer.toString(version)), file);
  }

  private static int readAnchors(Path file) throws Exception {
    return Integer.parseInt(AnchorFile.read(file).queryModelFingerprint());
  }

  /** A cache only grows. */
  private static void writeCache(Path file, int version) throws Exception {
    ScoreCache cache = ScoreCache.open(file, 1_000_000);
    try (CachedModel model = new CachedModel(SCORES.model(new AtomicInteger()), cache)) {
      for (int query = 0; query <= version; query++) {
        model.score(List.of(SyntheticScores.queryText(ANCHORS + query)), TEXTS);
      }
    }
    cache.save();
  }

  private static int readCache(Path file) throws Exception {
    int version = (int) ScoreCache.open(file, 1_000_000).size() / DOCUMENTS - 1;
    AtomicInteger calls = new AtomicInteger();
    try (CachedModel model =
        new CachedModel(SCORES.model(calls), ScoreCache.open(file, 1_000_000))) {
      float[] known = model.score(List.of(SyntheticScores.queryText(ANCHORS + version)), TEXTS)[0];
      for (int d = 0; d < DOCUMENTS; d++) {
        assertEquals(SCORES.score(ANCHORS + version, d), known[d]);
      }
    }
    assertEquals(0, calls.get(), "all scores of a version are there");
    return version;
  }

  private static void writeWeights(Path file, int version) throws Exception {
    float[] values = new float[50_000];
    Arrays.fill(values, version);
    new SafetensorsFile(Map.of(), Map.of("a", new Tensor(new long[] {values.length}, values)))
        .write(file);
  }

  private static int readWeights(Path file) throws Exception {
    try (InputStream in = Files.newInputStream(file)) {
      float[] values = Objects.requireNonNull(SafetensorsFile.read(in).arrays().get("a")).values();
      for (float value : values) {
        assertEquals(values[0], value);
      }
      return (int) values[0];
    }
  }

  private static void writeRun(Path file, int version) throws Exception {
    List<Run.Hit> hits =
        IntStream.range(0, 3000).mapToObj(d -> new Run.Hit("d" + d, 10_000 - d)).toList();
    Run.of("version" + version, Map.of("q", hits)).write(file);
  }

  private static int readRun(Path file) throws Exception {
    Run run = Run.read(file);
    assertEquals(3000, run.ranking("q").size());
    return Integer.parseInt(run.tag().substring("version".length()));
  }
}
