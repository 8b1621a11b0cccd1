package io.curlew.demo.console;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Commands to try something with: printed for a person, or run. */
public final class ShellCommands {

  private final Map<String, String> byPurpose = new LinkedHashMap<>();

  /** Adds a command below what it is for. */
  public ShellCommands add(String purpose, String command) {
    byPurpose.put(purpose, command);
    return this;
  }

  /** The commands, each below what it is for. */
  public String text() {
    StringBuilder lines = new StringBuilder();
    byPurpose.forEach(
        (purpose, command) ->
            lines.append("# ").append(purpose).append('\n').append(command).append("\n\n"));
    return lines.toString().stripTrailing();
  }

  /**
   * Runs them, their output on standard output.
   *
   * @throws IOException if one fails
   */
  public void run() throws IOException, InterruptedException {
    for (String command : byPurpose.values()) {
      int exit = new ProcessBuilder("sh", "-c", command).inheritIO().start().waitFor();
      if (exit != 0) {
        throw new IOException("command must succeed, got exit code " + exit + ": " + command);
      }
      System.out.println();
    }
  }
}
