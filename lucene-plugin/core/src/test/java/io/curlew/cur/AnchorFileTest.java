package io.curlew.cur;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnchorFileTest {

  private static final AnchorSet ANCHORS =
      new AnchorSet(List.of("first query", "zweite Anfrage \u00fc\u20ac"), "model:1", 2.5);

  @TempDir Path directory;

  @Test
  void whatIsWrittenIsRead() throws IOException {
    Path file = directory.resolve("anchors");
    AnchorFile.write(ANCHORS, file);
    AnchorSet read = AnchorFile.read(file);
    assertEquals(ANCHORS.queries(), read.queries());
    assertEquals(ANCHORS.modelFingerprint(), read.modelFingerprint());
    assertEquals(ANCHORS.meanSquaredNorm(), read.meanSquaredNorm());
    assertEquals(ANCHORS.fingerprint(), read.fingerprint());
    assertEquals(List.of(file), Files.list(directory).toList(), "no temporary file is left");
  }

  @Test
  void theSameAnchorsGiveTheSameBytes() throws IOException {
    AnchorSet same = new AnchorSet(ANCHORS.queries(), "model:1", 2.5);
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
  void theErrorNamesTheFile() throws IOException {
    Path file = Files.writeString(directory.resolve("notes.txt"), "no anchors here");
    AnchorFileException e = assertThrows(AnchorFileException.class, () -> AnchorFile.read(file));
    assertTrue(String.valueOf(e.getMessage()).contains("notes.txt"), e.toString());
  }

  @Test
  void theFingerprintCoversEverything() {
    String fingerprint = ANCHORS.fingerprint();
    List<String> queries = ANCHORS.queries();
    assertNotEquals(fingerprint, new AnchorSet(queries, "model:2", 2.5).fingerprint());
    assertNotEquals(fingerprint, new AnchorSet(queries, "model:1", 2.6).fingerprint());
    assertNotEquals(
        fingerprint, new AnchorSet(queries.subList(0, 1), "model:1", 2.5).fingerprint());
    assertNotEquals(fingerprint, new AnchorSet(queries.reversed(), "model:1", 2.5).fingerprint());
    assertFalse(fingerprint.isBlank());
  }

  @Test
  void badQueriesAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new AnchorSet(List.of(), "m", 1));
    assertThrows(IllegalArgumentException.class, () -> new AnchorSet(List.of(" "), "m", 1));
    assertThrows(IllegalArgumentException.class, () -> new AnchorSet(List.of("a", "a"), "m", 1));
    assertThrows(
        IllegalArgumentException.class,
        () -> new AnchorSet(Collections.nCopies(1025, "a"), "m", 1));
  }
}
