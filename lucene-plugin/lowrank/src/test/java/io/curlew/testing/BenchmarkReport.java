package io.curlew.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The figures of a benchmark as JSON, for comparisons over time: {@code {"benchmark", "date",
 * "revision", "machine": {"processor", "cores", "memoryBytes", "system", "jdk"}, "parameters": {},
 * "figures": [{}]}}, a figure being one line of what the benchmark prints. What is not known is
 * null. Written where {@code -Dbenchmark.json=FILE} asks for it.
 */
public final class BenchmarkReport {
  private final String benchmark;
  private final Map<String, ?> parameters;
  private final List<Map<String, ?>> figures = new ArrayList<>();

  /** A report without figures. */
  public BenchmarkReport(Class<?> benchmark, Map<String, ?> parameters) {
    this.benchmark = benchmark.getName();
    this.parameters = parameters;
  }

  /** Adds a figure: what was measured, and the numbers. */
  public void add(Map<String, ?> figure) {
    figures.add(figure);
  }

  /**
   * Writes the file that was asked for, if one was.
   *
   * @throws IOException if it cannot be written
   */
  public void write() throws IOException {
    String file = System.getProperty("benchmark.json", "");
    if (!file.isEmpty()) {
      write(Path.of(file));
    }
  }

  @AllowedHere // a report has a date
  void write(Path file) throws IOException {
    Map<String, @Nullable Object> report = new LinkedHashMap<>();
    report.put("benchmark", benchmark);
    report.put("date", Instant.now().toString());
    report.put("revision", revision());
    report.put("machine", machine());
    report.put("parameters", parameters);
    report.put("figures", figures);
    new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(file.toFile(), report);
  }

  private static Map<String, @Nullable Object> machine() throws IOException {
    Map<String, @Nullable Object> machine = new LinkedHashMap<>();
    String memory = value(Path.of("/proc/meminfo"), "MemTotal");
    machine.put("processor", value(Path.of("/proc/cpuinfo"), "model name"));
    machine.put("cores", Runtime.getRuntime().availableProcessors());
    machine.put(
        "memoryBytes", memory == null ? null : Long.parseLong(memory.replaceAll("\\D", "")) << 10);
    machine.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    machine.put("jdk", Runtime.version().toString());
    return machine;
  }

  /** What stands behind a name in a file of Linux's; null elsewhere. */
  private static @Nullable String value(Path file, String name) throws IOException {
    if (!Files.exists(file)) {
      return null;
    }
    try (Stream<String> lines = Files.lines(file, StandardCharsets.UTF_8)) {
      return lines
          .filter(line -> line.startsWith(name))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(null);
    }
  }

  /** The commit that is checked out, with + if files differ from it; null outside of git. */
  private static @Nullable String revision() throws IOException {
    try {
      Process git =
          new ProcessBuilder("git", "describe", "--always", "--abbrev=40", "--dirty=+")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String revision =
          new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return git.waitFor() == 0 ? revision : null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    } catch (IOException e) {
      return null; // no git here
    }
  }
}
