package io.curlew.demo;

import io.curlew.testing.BenchmarkReport;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Load on a running server, to be started by hand: one client for the time of an unloaded request,
 * two for the rate that can be sustained, then twice that rate, in an open loop, whatever the
 * answers. Says what came back, how long accepted requests took, and the server's memory.
 *
 * <pre>
 * retrieval-demo/bin/curlew serve --index target/demo/index &amp;
 * mvn -q -pl retrieval-demo -am -DskipTests -Psearch-benchmarks test -Dbenchmark=io.curlew.demo.ServerLoad \
 *   -Dbenchmark.arguments="http://127.0.0.1:8080/ $! 300"
 * </pre>
 *
 * <p>The memory of the heap after a collection is asked of {@code jcmd}, where it is on the path.
 */
final class ServerLoad {

  private static final int UNLOADED = 200;
  private static final double FACTOR = 2;
  private static final int CLIENTS = 2; // one running, one waiting
  private static final int BUDGET = 200;
  private static final String BODY = "{\"query\": \"%s\", \"budget\": " + BUDGET + "}";
  private static final List<String> WORDS =
      List.of("river", "stone", "music", "engine", "garden", "winter", "paper", "harbour", "fire");

  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
  private final URI address;
  private final Map<Integer, Integer> answers = new ConcurrentHashMap<>();
  private final List<Double> accepted = Collections.synchronizedList(new ArrayList<>());
  private final List<Double> refused = Collections.synchronizedList(new ArrayList<>());
  private final BenchmarkReport figures =
      new BenchmarkReport(ServerLoad.class, Map.of("budget", BUDGET));

  private ServerLoad(URI server) {
    this.address = server.resolve("api/search");
  }

  /** Arguments: the module's directory, the server's address, its process, seconds. */
  public static void main(String[] arguments) throws Exception {
    ServerLoad load = new ServerLoad(URI.create(arguments[1]));
    long process = Long.parseLong(arguments[2]);
    int seconds = Integer.parseInt(arguments[3]);
    for (int i = 0; i < UNLOADED; i++) {
      load.ask(i); // warms up
    }
    load.forget();
    long start = System.nanoTime();
    for (int i = 0; i < UNLOADED; i++) {
      load.ask(UNLOADED + i);
    }
    double unloaded =
        load.report("unloaded, one at a time", UNLOADED / ((System.nanoTime() - start) / 1e9));
    load.forget();
    double sustained = load.sustained();
    load.report("sustained, two at a time", sustained);
    load.forget();
    System.out.println("memory before: " + memory(process));
    load.open(FACTOR * sustained, seconds);
    double loaded = load.report("open loop, " + seconds + " s", FACTOR * sustained);
    System.out.println("memory after:  " + memory(process));
    System.out.printf(Locale.ROOT, "p99 of accepted: %.2f x the unloaded%n", loaded / unloaded);
    load.figures.write();
  }

  /** As many clients as the server lets in, each asking again when it has its answer. */
  private double sustained() {
    long start = System.nanoTime();
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int c = 0; c < CLIENTS; c++) {
        int first = (2 + c) * UNLOADED;
        clients.execute(
            () -> {
              for (int i = 0; i < UNLOADED; i++) {
                ask(first + i);
              }
            });
      }
    }
    return CLIENTS * UNLOADED / ((System.nanoTime() - start) / 1e9);
  }

  private void open(double rate, int seconds) throws InterruptedException {
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      long start = System.nanoTime();
      long requests = Math.round(rate * seconds);
      for (int i = 0; i < requests; i++) {
        long due = start + (long) (i / rate * 1e9);
        LockSupport.parkNanos(due - System.nanoTime());
        int number = i;
        clients.execute(() -> ask((2 + CLIENTS) * UNLOADED + number));
      }
      clients.shutdown();
      clients.awaitTermination(1, TimeUnit.MINUTES);
    }
  }

  private void ask(int number) {
    long start = System.nanoTime();
    int status;
    try {
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(address)
                  .timeout(Duration.ofSeconds(60))
                  .header("Content-Type", "application/json")
                  .POST(
                      HttpRequest.BodyPublishers.ofString(
                          String.format(Locale.ROOT, BODY, query(number))))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      status = response.statusCode();
      boolean clean =
          status == 200
              ? response.body().contains("\"calls\":" + BUDGET + ",")
              : response.body().startsWith("{\"status\":" + status)
                  && response.headers().firstValue("Retry-After").isPresent();
      status = clean ? status : -status;
    } catch (IOException | InterruptedException e) {
      status = 0;
    }
    answers.merge(status, 1, Integer::sum);
    (status == 200 ? accepted : refused).add((System.nanoTime() - start) / 1e6);
  }

  private static String query(int number) {
    int n = WORDS.size();
    return WORDS.get(number % n)
        + " and "
        + WORDS.get(number / n % n)
        + " in the year "
        + (1500 + number % 500);
  }

  private void forget() {
    answers.clear();
    accepted.clear();
    refused.clear();
  }

  private double report(String name, double rate) {
    System.out.printf(
        Locale.ROOT,
        "%s, %.2f requests/s: answers by status %s (0 is none, negative is unclean)%n",
        name,
        rate,
        answers);
    System.out.printf(
        Locale.ROOT,
        "  accepted p50 %.0f ms, p99 %.0f ms; refused p99 %.0f ms%n",
        percentile(accepted, 0.5),
        percentile(accepted, 0.99),
        percentile(refused, 0.99));
    figures.add(
        Map.of(
            "load", name,
            "requestsPerSecond", rate,
            "answersByStatus", Map.copyOf(answers),
            "acceptedP50Ms", percentile(accepted, 0.5),
            "acceptedP99Ms", percentile(accepted, 0.99),
            "refusedP99Ms", percentile(refused, 0.99)));
    return percentile(accepted, 0.99);
  }

  private static double percentile(List<Double> values, double share) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.isEmpty()
        ? Double.NaN
        : sorted.get((int) Math.min(sorted.size() - 1.0, Math.floor(share * sorted.size())));
  }

  /** Resident size, and the heap after a collection. */
  private static String memory(long process) throws IOException, InterruptedException {
    Path status = Path.of("/proc/" + process + "/status");
    String resident =
        Files.exists(status)
            ? Files.readString(status)
                .lines()
                .filter(line -> line.startsWith("VmRSS"))
                .findFirst()
                .orElse("")
            : "";
    run("jcmd", Long.toString(process), "GC.run");
    String heap =
        run("jcmd", Long.toString(process), "GC.heap_info")
            .lines()
            .filter(line -> line.contains("used"))
            .findFirst()
            .orElse("");
    return resident.replaceAll("\\s+", " ") + "; " + heap.strip();
  }

  private static String run(String... command) throws IOException, InterruptedException {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", command[0]).toString();
    command[0] = jcmd;
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    process.waitFor();
    return output;
  }
}
