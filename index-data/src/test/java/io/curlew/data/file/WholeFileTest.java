package io.curlew.data.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {

  @TempDir Path directory;

  @Test
  void isTheOldOneUntilTheNewOneIsWhole() throws IOException {
    Path file = directory.resolve("made/too/file");
    WholeFile.write(file, "old");
    IOException full = new IOException("no space left");
    IOException thrown =
        assertThrows(
            IOException.class,
            () ->
                WholeFile.write(
                    file,
                    out -> {
                      out.write(new byte[1 << 20]);
                      throw full;
                    }));
    assertEquals(full, thrown);
    assertEquals("old", Files.readString(file));
    assertFalse(Files.exists(WholeFile.temporary(file)));
    WholeFile.write(file, "new");
    assertEquals("new", Files.readString(file));
    assertFalse(Files.exists(WholeFile.temporary(file)));
  }
}
