package io.curlew.lowrank;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.curlew.simd.MatrixKernel;
import io.curlew.testing.BenchmarkReport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongFunction;
import org.ejml.data.DMatrixRMaj;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * {@link DecompositionSpeed} beside SciPy and scikit-learn, on the same matrices, one after the
 * other: median times, and mean relative errors over five seeds in the Frobenius and the 2-norm.
 *
 * <pre>mvn -q -pl lucene-plugin/core -am -Pbenchmarks test</pre>
 *
 * <p>The rival runs with Debian's Python if that is installed ({@code apt-get install python3-scipy
 * python3-sklearn libopenblas0-pthread}), once with the BLAS kernel that OpenBLAS chooses and once
 * with the one for AVX-512; another can be named with {@code -Dbenchmark.arguments=PYTHON}. About
 * three minutes, on an otherwise idle machine.
 */
final class SpeedReport {

  private static final int SEEDS = 5;

  private SpeedReport() {}

  private record Line(double ms, double frobenius, double spectral) {}

  public static void main(String[] args) throws IOException, InterruptedException, RunnerException {
    Path base = Path.of(args[0]);
    String python = args.length > 1 ? args[1] : "/usr/bin/python3";
    Path folder = Files.createDirectories(base.resolve("target/benchmark-matrices"));
    Map<String, Double> times = medians(DecompositionSpeed.class);
    Map<String, Line> ours = new LinkedHashMap<>();
    for (String spectrum : new String[] {"geometric", "algebraic"}) {
      for (int rows : new int[] {1000, 20_000}) {
        DMatrixRMaj m = BenchmarkMatrices.create(spectrum, rows);
        BenchmarkMatrices.write(m, folder.resolve(spectrum + "_" + rows + "_1000.f64"));
        String label = ", " + spectrum + " " + rows + "x1000";
        String shape = rows == 1000 ? "Square" : "Tall";
        ours.put(
            "sketched id" + label,
            line(
                times,
                "sketchedId" + shape + " " + spectrum,
                m,
                seed -> DecompositionSpeed.sketchedId(m, seed).reconstruct()));
        if (rows == 1000) {
          ours.put(
              "pivoted qr id" + label,
              line(
                  times,
                  "pivotedQrSquare " + spectrum,
                  m,
                  seed -> DecompositionSpeed.pivotedId(m).reconstruct()));
          ours.put(
              "randomized svd" + label,
              line(
                  times,
                  "randomizedSvdSquare " + spectrum,
                  m,
                  seed -> DecompositionSpeed.randomizedSvd(m, seed).reconstruct()));
        }
      }
    }
    System.out.println(
        "Java "
            + Runtime.version()
            + ", "
            + MatrixKernel.BEST.lanes()
            + " doubles a vector, 1 thread");
    Map<String, Line> rival = rival(base, folder, python, "");
    Map<String, Line> wide = rival(base, folder, python, "SkylakeX");
    System.out.printf(
        Locale.ROOT,
        "%-42s %26s %26s %26s%n",
        "ms, Frobenius, 2-norm",
        "here",
        "SciPy, its choice",
        "AVX-512");
    ours.forEach(
        (name, line) ->
            System.out.printf(
                Locale.ROOT,
                "%-42s %26s %26s %26s%n",
                name,
                text(line),
                text(rival.get(name)),
                text(wide.get(name))));
    write(Map.of("here", ours, "scipy", rival, "scipyAvx512", wide));
  }

  private static void write(Map<String, Map<String, Line>> byLibrary) throws IOException {
    BenchmarkReport report =
        new BenchmarkReport(
            SpeedReport.class, Map.of("rank", DecompositionSpeed.RANK, "seeds", SEEDS));
    byLibrary.forEach(
        (library, lines) ->
            lines.forEach(
                (name, line) ->
                    report.add(
                        Map.of(
                            "library", library,
                            "method", name,
                            "ms", line.ms,
                            "frobeniusError", line.frobenius,
                            "spectralError", line.spectral))));
    report.write();
  }

  private static String text(@org.jspecify.annotations.Nullable Line line) {
    return line == null
        ? "-"
        : String.format(Locale.ROOT, "%.2f %.4e %.4e", line.ms, line.frobenius, line.spectral);
  }

  private static Line line(
      Map<String, Double> times, String name, DMatrixRMaj m, LongFunction<DMatrixRMaj> run) {
    double frobenius = 0;
    double spectral = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      double[] errors = BenchmarkMatrices.errors(m, run.apply(seed));
      frobenius += errors[0] / SEEDS;
      spectral += errors[1] / SEEDS;
    }
    return new Line(times.getOrDefault(name, Double.NaN), frobenius, spectral);
  }

  /** Median times in milliseconds, by method and parameters. */
  static Map<String, Double> medians(Class<?> benchmarks) throws RunnerException {
    Map<String, Double> medians = new LinkedHashMap<>();
    var options =
        new OptionsBuilder().include(benchmarks.getName()).verbosity(VerboseMode.SILENT).build();
    for (RunResult result : new Runner(options).run()) {
      var parameters = result.getParams();
      StringBuilder name =
          new StringBuilder(parameters.getBenchmark().substring(benchmarks.getName().length() + 1));
      for (String key : parameters.getParamsKeys()) {
        name.append(' ').append(parameters.getParam(key));
      }
      medians.put(
          name.toString(), result.getPrimaryResult().getStatistics().getPercentile(50) / 1000);
    }
    return medians;
  }

  private static Map<String, Line> rival(Path base, Path folder, String python, String kernel)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
                python,
                base.resolve("src/benchmark/python/rival.py").toString(),
                folder.toString(),
                String.valueOf(DecompositionSpeed.RANK))
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    if (!kernel.isEmpty()) {
      builder.environment().put("OPENBLAS_CORETYPE", kernel);
    }
    Process process = builder.start();
    Map<String, Line> lines = new LinkedHashMap<>();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      ObjectMapper mapper = new ObjectMapper();
      for (String text = out.readLine(); text != null; text = out.readLine()) {
        JsonNode node = mapper.readTree(text);
        if (node.has("versions")) {
          System.out.println(node.get("versions").asText() + ", " + node.get("blas"));
        } else {
          lines.put(
              node.get("name").asText(),
              new Line(
                  node.get("ms").asDouble(),
                  node.get("frobenius").asDouble(),
                  node.get("spectral").asDouble()));
        }
      }
    }
    if (process.waitFor() != 0) {
      System.out.println("The rival did not finish: " + python);
    }
    return lines;
  }
}
