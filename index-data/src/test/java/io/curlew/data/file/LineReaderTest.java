package io.curlew.data.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LineReaderTest {
  private static LineReader over(String text) {
    return LineReader.of(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), "source");
  }

  @Test
  void skipsBlankLinesAndKeepsCounting() throws IOException {
    try (LineReader lines = over("\uFEFFone\r\n\n  \ntwo\u00e9")) {
      assertEquals("one", lines.next());
      assertEquals(1, lines.number());
      assertEquals("two\u00e9", lines.next());
      assertEquals(4, lines.number());
      assertNull(lines.next());
      assertNull(lines.next());
    }
  }

  @Test
  void readsLinesOfAnyLengthAcrossItsBuffer() throws IOException {
    Random random = Seeds.random(LineReaderTest.class);
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      expected.add("x\u20ac".repeat(1 + random.nextInt(i % 50 == 0 ? 100_000 : 100)));
    }
    try (LineReader lines = over(String.join("\n", expected))) {
      for (String line : expected) {
        assertEquals(line, lines.next());
      }
      assertNull(lines.next());
    }
  }

  @Test
  void namesTheLineOfAByteThatIsNotUtf8() throws IOException {
    byte[] bytes = {'a', '\n', 'b', (byte) 0xE9, 'c', '\n'};
    try (LineReader lines = LineReader.of(new ByteArrayInputStream(bytes), "source")) {
      assertEquals("a", lines.next());
      MalformedDataException e = assertThrows(MalformedDataException.class, lines::next);
      assertEquals(
          "source:2: line must be valid UTF-8, got: byte 0xe9 at column 2", e.getMessage());
    }
    byte[] truncated = {'a', (byte) 0xE2, (byte) 0x82};
    try (LineReader lines = LineReader.of(new ByteArrayInputStream(truncated), "source")) {
      assertThrows(MalformedDataException.class, lines::next);
    }
  }

  @Test
  void longOrMultiLineValuesAreShownOnOneShortLine() {
    String message =
        MalformedDataException.at("f", 3, "rule", "a\nb\t" + "x".repeat(500)).getMessage();
    assertEquals("f:3: rule, got: a b " + "x".repeat(116) + "...", message);
  }
}
