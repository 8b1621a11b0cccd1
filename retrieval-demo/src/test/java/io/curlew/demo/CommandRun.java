package io.curlew.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * A command that was run, and what it said on standard error.
 *
 * @param exit code
 */
record CommandRun(int exit, String error) {

  static CommandRun of(String... arguments) {
    PrintStream before = System.err;
    ByteArrayOutputStream captured = new ByteArrayOutputStream();
    try {
      System.setErr(new PrintStream(captured, true, StandardCharsets.UTF_8));
      int exit = Curlew.run(arguments);
      return new CommandRun(exit, captured.toString(StandardCharsets.UTF_8));
    } finally {
      System.setErr(before);
    }
  }

  /** A command that must end with 2 and one line, which holds a text. */
  static void refused(String expected, String... arguments) {
    CommandRun run = of(arguments);
    assertEquals(2, run.exit, run.error);
    assertEquals(1, run.error.lines().filter(line -> line.startsWith("curlew: ")).count());
    assertTrue(run.error.contains(expected), run.error);
    assertFalse(run.error.contains("\tat "), run.error);
  }
}
