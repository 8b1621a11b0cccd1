package io.curlew.demo.opensearch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.curlew.data.Document;
import io.curlew.demo.console.BadInputException;
import io.curlew.demo.console.Progress;
import io.curlew.demo.console.ServerProcess;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Two OpenSearch nodes in JVMs of their own, spoken to over HTTP as any client does. */
public final class OpenSearchInstallation implements AutoCloseable {

  static final String INDEX = "senses";
  private static final String MAIN = "io.curlew.demo.opensearch.node.Launcher";
  private static final int TRANSPORT = 100; // ports above those of HTTP

  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<ServerProcess> nodes = new ArrayList<>();
  private final Path directory;
  private final int port;
  private final HttpClient client = HttpClient.newHttpClient();

  private OpenSearchInstallation(Path directory, int port) {
    this.directory = directory;
    this.port = port;
  }

  /**
   * What the build made.
   *
   * @param plugin the plugin's folder
   * @param classPath of OpenSearch
   */
  public record Folders(Path plugin, String classPath) {

    public static Folders find() throws IOException {
      Path root = Path.of(System.getProperty("curlew.home", "."));
      Path demo = root.resolve("retrieval-demo/opensearch/target");
      Path built = root.resolve("lucene-plugin/opensearch/target");
      if (!Files.isDirectory(built) || !Files.exists(demo.resolve("dependencies"))) {
        throw new BadInputException(
            "OpenSearch's plugin must be built (mvn package), not in: " + built);
      }
      try (Stream<Path> files = Files.list(built)) {
        Path plugin =
            files
                .filter(file -> file.getFileName().toString().endsWith("-plugin"))
                .filter(Files::isDirectory)
                .findFirst()
                .orElseThrow(
                    () ->
                        new BadInputException(
                            "OpenSearch's plugin must be built, not in: " + built));
        String jars = Files.readString(demo.resolve("dependencies"), StandardCharsets.UTF_8);
        return new Folders(plugin, demo.resolve("classes") + File.pathSeparator + jars.strip());
      }
    }
  }

  /** The home of a node, 1 or 2. */
  public static String home(int number) {
    return "node" + number;
  }

  /** Starts both nodes, whose homes hold the plugin, anchors and a model, and waits for them. */
  public static OpenSearchInstallation start(Folders folders, Path directory, int port)
      throws Exception {
    OpenSearchInstallation installation = new OpenSearchInstallation(directory, port);
    try (Progress progress = Progress.start("Start two nodes", 2)) {
      for (int number = 1; number <= 2; number++) {
        installation.startNode(folders, number);
        progress.step(1);
      }
      installation.send("GET", "/_cluster/health?wait_for_nodes=2&timeout=60s", "");
      return installation;
    } catch (IOException e) {
      installation.close();
      throw e;
    }
  }

  private void startNode(Folders folders, int number) throws IOException {
    Path home = directory.resolve(home(number));
    Path config = home.resolve("config");
    Files.writeString(
        config.resolve("opensearch.yml"),
        String.join(
            "\n",
            "cluster.name: curlew-demo",
            "node.name: " + home(number),
            "cluster.initial_cluster_manager_nodes: " + home(1),
            "discovery.seed_hosts: 127.0.0.1:" + (port + TRANSPORT),
            "http.port: " + (port + number - 1),
            "transport.port: " + (port + TRANSPORT + number - 1),
            "cluster.routing.allocation.disk.threshold_enabled: false",
            "curlew.model.minilm.class: io.curlew.attention.scoring.LateInteractionFactory",
            "curlew.model.minilm.model: " + config.resolve("model.onnx"),
            "curlew.model.minilm.tokenizer: " + config.resolve("tokenizer.json")),
        StandardCharsets.UTF_8);
    Path log = directory.resolve(home(number) + ".log");
    nodes.add(
        ServerProcess.start(
            folders.classPath(),
            List.of("-Dcurlew.opensearch.log=" + log, MAIN, home.toString()),
            directory.resolve(home(number) + "-console.log"),
            log));
  }

  /** Where the first node answers. */
  public String url() {
    return "http://localhost:" + port;
  }

  /** Makes a pipeline, and an index of two shards with a replica of each. */
  public void createIndex() throws Exception {
    send(
        "PUT",
        "/_ingest/pipeline/rows",
        "{\"processors\":[{\"anchor_row\":{\"field\":\"anchors\"}}]}");
    Map<String, Object> anchors =
        Map.of(
            "type", "anchor_row", "anchors", "anchors.curlew", "model", "minilm", "text", "text");
    Map<String, Object> index =
        Map.of(
            "settings",
            Map.of("number_of_shards", 2, "number_of_replicas", 1, "default_pipeline", "rows"),
            "mappings",
            Map.of("properties", Map.of("text", Map.of("type", "text"), "anchors", anchors)));
    send("PUT", "/" + INDEX, JSON.writeValueAsString(index));
  }

  public void add(List<Document> documents) throws Exception {
    StringBuilder lines = new StringBuilder();
    for (Document document : documents) {
      lines
          .append(JSON.writeValueAsString(Map.of("index", Map.of("_id", document.id()))))
          .append('\n')
          .append(JSON.writeValueAsString(Map.of("text", document.text())))
          .append('\n');
    }
    JsonNode answer = send("POST", "/" + INDEX + "/_bulk", lines.toString());
    if (answer.path("errors").asBoolean()) {
      throw new IOException("documents must be added, got: " + answer);
    }
  }

  public void refresh() throws Exception {
    send("POST", "/" + INDEX + "/_refresh", "");
  }

  private JsonNode send(String method, String path, String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url() + path))
            .header(
                "Content-Type",
                path.endsWith("_bulk") ? "application/x-ndjson" : "application/json")
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException(
          "OpenSearch must answer "
              + path
              + " with 200, got: "
              + response.statusCode()
              + " "
              + response.body());
    }
    return JSON.readTree(response.body());
  }

  /** Waits until a node ends. */
  public void await() throws InterruptedException {
    nodes.getFirst().await();
  }

  @Override
  public void close() throws IOException {
    client.close();
    for (ServerProcess node : nodes.reversed()) {
      node.close();
    }
  }
}
