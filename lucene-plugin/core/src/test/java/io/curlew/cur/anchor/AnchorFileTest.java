package io.curlew.cur.anchor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.testing.Seeds;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnchorFileTest {

  private static final AnchorSet ANCHORS =
      anchors(List.of("first query", "zweite Anfrage \u00fc\u20ac"), "model:1", 2.5f)
          .withLearned(LearnedSamples.draw(2, Seeds.random()));

  private static AnchorSet anchors(List<String> queries, String model, float score) {
    float[][] rows = new float[3][queries.size()];
    for (int d = 0; d < rows.length; d++) {
      for (int a = 0; a < queries.size(); a++) {
        rows[d][a] = score + d * (a + 1);
      }
    }
    return AnchorSet.of(queries, model, rows);
  }

  @TempDir Path directory;

  @Test
  void whatIsWrittenIsRead() throws IOException {
    Path file = directory.resolve("anchors");
    AnchorFile.write(ANCHORS, file);
    AnchorSet read = AnchorFile.read(file);
    assertEquals(ANCHORS.queries(), read.queries());
    assertEquals(ANCHORS.modelFingerprint(), read.modelFingerprint());
    assertEquals(ANCHORS.queryModelFingerprint(), read.queryModelFingerprint());
    assertEquals(ANCHORS.statistics().meanSquaredNorm(), read.statistics().meanSquaredNorm());
    assertArrayEquals(ANCHORS.statistics().metric(), read.statistics().metric());
    assertArrayEquals(ANCHORS.statistics().mean(), read.statistics().mean());
    assertArrayEquals(ANCHORS.statistics().low(), read.statistics().low());
    assertArrayEquals(ANCHORS.statistics().high(), read.statistics().high());
    assertEquals(ANCHORS.fingerprint(), read.fingerprint());
    assertLearned(ANCHORS.learned(), read.learned());
    assertEquals(List.of(file), Files.list(directory).toList(), "no temporary file is left");
  }

  private static void assertLearned(Learned expected, Learned read) {
    FeatureStatistics statistics = Objects.requireNonNull(expected.features());
    FeatureStatistics readStatistics = Objects.requireNonNull(read.features());
    assertEquals(statistics.features(), readStatistics.features());
    assertArrayEquals(statistics.covariances(), readStatistics.covariances());
    assertArrayEquals(
        Objects.requireNonNull(expected.latent()).left(),
        Objects.requireNonNull(read.latent()).left());
    assertArrayEquals(expected.latent().right(), read.latent().right());
    assertEquals(expected.calibration(), read.calibration());
    assertEquals(expected.profile(), read.profile());
  }

  @Test
  void eachPartOfWhatWasLearnedIsReadWithoutTheOthers() throws IOException {
    Learned all = ANCHORS.learned();
    for (Learned some :
        List.of(
            Learned.NONE,
            new Learned(all.features(), null, RecallCalibration.NONE, RankingProfile.NONE),
            new Learned(null, all.latent(), RecallCalibration.NONE, all.profile()))) {
      byte[] bytes = AnchorFile.encode(ANCHORS.withLearned(some));
      Learned read = AnchorFile.decode(bytes).learned();
      assertEquals(some.features() == null, read.features() == null);
      assertEquals(some.latent() == null, read.latent() == null);
      assertArrayEquals(bytes, AnchorFile.encode(ANCHORS.withLearned(read)));
    }
  }

  @Test
  void aLatentMapForOtherRowsIsRefused() throws IOException {
    byte[] bytes = AnchorFile.encode(ANCHORS.withLearned(LearnedSamples.draw(3, Seeds.random())));
    Exception e = assertThrows(AnchorFileException.class, () -> AnchorFile.decode(bytes));
    assertEquals(
        "anchor file is malformed: latent map must lead to 2 dimensions, got: 3", e.getMessage());
  }

  @Test
  void theSameAnchorsGiveTheSameBytes() throws IOException {
    AnchorSet same = anchors(ANCHORS.queries(), "model:1", 2.5f).withLearned(ANCHORS.learned());
    assertTrue(Arrays.equals(AnchorFile.encode(ANCHORS), AnchorFile.encode(same)));
  }

  @Test
  void everyFlippedBitIsNoticed() throws IOException {
    byte[] bytes = AnchorFile.encode(ANCHORS);
    for (int i = 0; i < bytes.length; i++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] damaged = bytes.clone();
        damaged[i] ^= (byte) (1 << bit);
        assertThrows(AnchorFileException.class, () -> AnchorFile.decode(damaged));
      }
    }
  }

  @Test
  void everyTruncationIsNoticed() throws IOException {
    byte[] bytes = AnchorFile.encode(ANCHORS);
    for (int length = 0; length < bytes.length; length++) {
      byte[] truncated = Arrays.copyOf(bytes, length);
      assertThrows(AnchorFileException.class, () -> AnchorFile.decode(truncated));
    }
    byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
    assertThrows(AnchorFileException.class, () -> AnchorFile.decode(longer));
  }

  @Test
  void theSketchIsWritten() throws IOException {
    Random random = Seeds.random();
    float[][] rows = new float[100][80];
    for (float[] row : rows) {
      for (int a = 0; a < row.length; a++) {
        row[a] = (float) random.nextGaussian();
      }
    }
    List<String> queries = IntStream.range(0, 80).mapToObj(a -> "query " + a).toList();
    AnchorSet anchors = AnchorSet.of(queries, "model", rows);
    AnchorSet read = AnchorFile.decode(AnchorFile.encode(anchors));
    assertEquals(anchors, read);
    RowEncoding sketch = Objects.requireNonNull(anchors.sketch());
    RowEncoding again = Objects.requireNonNull(read.sketch());
    for (float[] row : rows) {
      float[] centred = anchors.statistics().centre(row);
      assertArrayEquals(
          sketch.encode(sketch.project(centred)), again.encode(again.project(centred)));
    }
  }

  @Test
  void theErrorNamesTheFile() throws IOException {
    Path file = Files.writeString(directory.resolve("notes.txt"), "no anchors here");
    AnchorFileException e = assertThrows(AnchorFileException.class, () -> AnchorFile.read(file));
    assertTrue(String.valueOf(e.getMessage()).contains("notes.txt"), e.toString());
  }

  @Test
  void theFingerprintCoversEverything() {
    String fingerprint = ANCHORS.fingerprint();
    List<String> queries = ANCHORS.queries();
    assertNotEquals(fingerprint, anchors(queries, "model:2", 2.5f).fingerprint());
    assertNotEquals(fingerprint, anchors(queries, "model:1", 2.6f).fingerprint());
    assertNotEquals(fingerprint, anchors(queries.subList(0, 1), "model:1", 2.5f).fingerprint());
    assertNotEquals(fingerprint, anchors(queries.reversed(), "model:1", 2.5f).fingerprint());
    assertFalse(fingerprint.isBlank());
    assertEquals(fingerprint, ANCHORS.withQueryModel("model:2").fingerprint());
    assertNotEquals(ANCHORS, ANCHORS.withQueryModel("model:2"));
  }

  /** Written by the versions before this one, of 12 anchors. */
  @ParameterizedTest
  @CsvSource({
    "2, f3ca6e9b01430f879fced8eed34dda5b, false, 12",
    "3, 7802d5f259142146d13a74fecbfa331a, false, 5",
    "4, 0615bb9409de94eb28d880af79c4ba6a, true, 12",
    "5, 1dbc38c7e968d442f513b5d52837fd1d, true, 5",
    "6, a88edc0b7511d53921d451f7ff9d9c8e, true, 12",
  })
  void filesOfEarlierVersionsAreRead(int version, String fingerprint, boolean bytes, int dimension)
      throws IOException {
    String name = "version-" + version + ".anchors";
    try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream(name))) {
      AnchorSet anchors = AnchorFile.read(in);
      assertEquals(fingerprint, anchors.fingerprint());
      assertEquals(bytes, anchors.encoding().isBytes());
      assertEquals(dimension, anchors.dimension());
      assertEquals(version < 6, anchors.learned() == Learned.NONE);
      assertNull(anchors.sketch());
      assertEquals(anchors, AnchorFile.decode(AnchorFile.encode(anchors)), "as of this version");
    }
  }

  @Test
  void aLatentQueryOfOtherAnchorsIsRefused() {
    LatentQuery latent = ANCHORS.latent(new float[] {1, 2}, 0);
    ANCHORS.check(latent);
    AnchorSet others = anchors(ANCHORS.queries(), "model:1", 2.6f);
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> others.check(latent));
    assertTrue(String.valueOf(e.getMessage()).contains(ANCHORS.fingerprint()), e.toString());
    assertThrows(IllegalArgumentException.class, () -> ANCHORS.latent(new float[3], 0));
  }

  @Test
  void badQueriesAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> anchors(List.of(), "m", 1));
    assertThrows(IllegalArgumentException.class, () -> anchors(List.of(" "), "m", 1));
    assertThrows(IllegalArgumentException.class, () -> anchors(List.of("a", "a"), "m", 1));
    assertThrows(
        IllegalArgumentException.class, () -> anchors(Collections.nCopies(1025, "a"), "m", 1));
  }
}
