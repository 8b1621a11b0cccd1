package io.curlew.data.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.function.Executable;

/** Writes the files of a test, and checks that a fault is told with its file. */
public final class TempFiles {
  private TempFiles() {}

  public static Path write(Path folder, String name, String... lines) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, lines.length == 0 ? "" : String.join("\n", lines) + "\n");
  }

  /** The message must be the file, then {@code rest}. */
  public static void assertMalformed(Path file, String rest, Executable action) {
    MalformedDataException e = assertThrows(MalformedDataException.class, action);
    assertEquals(file + rest, e.getMessage());
  }
}
