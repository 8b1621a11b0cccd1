package io.curlew.demo.console;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A server in a JVM of its own, with a class path of its own. It says {@code ready} on its standard
 * output, and stops when its standard input ends.
 */
public final class ServerProcess implements AutoCloseable {

  private static final String READY = "ready";
  private static final int SECONDS_TO_STOP = 30;

  private final Process process;
  private final String said;

  private ServerProcess(Process process, String said) {
    this.process = process;
    this.said = said;
  }

  /**
   * Starts a server and waits until it is ready.
   *
   * @param java options of the JVM, the main class and its arguments
   * @param console where its errors go
   * @param log where it logs, for an error
   */
  public static ServerProcess start(String classPath, List<String> java, Path console, Path log)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--add-modules",
            "jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "-Xmx1g",
            "-Dai.djl.offline=true",
            "-cp",
            classPath));
    command.addAll(java);
    Process process = new ProcessBuilder(command).redirectError(console.toFile()).start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    String line = out.readLine();
    while (line != null && !line.startsWith(READY)) {
      line = out.readLine();
    }
    if (line == null) {
      throw new IOException("server must start, it did not; see " + console + " and " + log);
    }
    return new ServerProcess(process, line.substring(READY.length()).strip());
  }

  /** What it said beside being ready. */
  public String said() {
    return said;
  }

  /** Waits until it ends. */
  public void await() throws InterruptedException {
    process.waitFor();
  }

  @Override
  public void close() throws IOException {
    try {
      process.getOutputStream().close(); // it stops when its input ends
      if (!process.waitFor(SECONDS_TO_STOP, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
