package io.curlew.demo.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.curlew.demo.console.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that take the same lock, whose file goes every time that it is given back. */
class IndexLockTest {

  private static final int PROCESSES = 3;
  private static final int TIMES = 300;

  @TempDir Path directory;

  /** Takes the lock again and again; fails if another has it too. Argument: the lock file. */
  public static void main(String[] args) throws IOException {
    Path file = Path.of(args[0]);
    Path alone = file.resolveSibling("alone");
    for (int taken = 0; taken < TIMES; ) {
      try (IndexLock lock = IndexLock.take(file)) {
        Files.createFile(alone);
        taken++;
        Files.delete(alone);
      } catch (BadInputException e) {
        Thread.onSpinWait(); // another has it
      }
    }
  }

  @Test
  void oneProcessAtATime() throws Exception {
    Path file = directory.resolve("made/index.lock");
    List<Process> processes = new ArrayList<>();
    for (int p = 0; p < PROCESSES; p++) {
      processes.add(
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  IndexLockTest.class.getName(),
                  file.toString())
              .inheritIO()
              .start());
    }
    for (Process process : processes) {
      assertEquals(0, process.waitFor());
    }
    assertFalse(Files.exists(file));
  }
}
