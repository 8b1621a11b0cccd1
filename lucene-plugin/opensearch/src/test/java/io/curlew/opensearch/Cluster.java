package io.curlew.opensearch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.curlew.cur.anchor.AnchorFile;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.model.ModelFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.opensearch.Version;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.http.HttpServerTransport;
import org.opensearch.index.reindex.ReindexModulePlugin;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.plugins.Plugin;
import org.opensearch.plugins.PluginInfo;
import org.opensearch.transport.Netty4ModulePlugin;
import org.opensearch.transport.TransportService;

/** Nodes of OpenSearch in this JVM with the plugin, which are spoken to over HTTP. */
final class Cluster implements AutoCloseable {

  static final String ANCHOR_FILE = "anchors.curlew";
  static final String MODEL = "words";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path directory;
  private final AnchorSet anchors;
  private final Settings settings;
  private final List<Class<? extends Plugin>> plugins;
  private final List<CurNode> nodes = new ArrayList<>();
  private final HttpClient client = HttpClient.newHttpClient();

  private static final class CurNode extends Node {
    CurNode(Environment environment, List<Class<? extends Plugin>> plugins) {
      super(
          environment,
          Stream.concat(
                  Stream.of(
                      Netty4ModulePlugin.class, ReindexModulePlugin.class, CurlewPlugin.class),
                  plugins.stream())
              .map(CurNode::info)
              .toList(),
          true);
    }

    private static PluginInfo info(Class<? extends Plugin> plugin) {
      return new PluginInfo(
          plugin.getSimpleName(),
          "of the class path",
          "NA",
          Version.CURRENT,
          "21",
          plugin.getName(),
          null,
          List.of(),
          false);
    }
  }

  /** An answer. */
  record Answer(int status, JsonNode body) {

    /** The answer of a request that must have gone well. */
    Answer ok() {
      if (status >= 300 || body.path("errors").asBoolean()) {
        throw new AssertionError("status " + status + ": " + body);
      }
      return this;
    }

    String error() {
      return body.path("error").toString();
    }
  }

  private Cluster(
      Path directory, AnchorSet anchors, Settings settings, List<Class<? extends Plugin>> plugins) {
    this.plugins = plugins;
    this.directory = directory;
    this.anchors = anchors;
    this.settings = settings;
  }

  /** Starts nodes with one model, and these anchors in their config directories. */
  static Cluster start(
      Path directory, int count, AnchorSet anchors, Class<? extends ModelFactory> factory)
      throws Exception {
    return start(directory, count, anchors, factory, List.of());
  }

  /** The same with further plugins. */
  static Cluster start(
      Path directory,
      int count,
      AnchorSet anchors,
      Class<? extends ModelFactory> factory,
      List<Class<? extends Plugin>> plugins)
      throws Exception {
    Settings settings =
        Settings.builder()
            .put("cluster.name", "curlew-" + directory.getFileName())
            .put("node.processors", 2)
            .put("transport.type", Netty4ModulePlugin.NETTY_TRANSPORT_NAME)
            .put("http.type", Netty4ModulePlugin.NETTY_HTTP_TRANSPORT_NAME)
            .put("http.port", "0")
            .put("transport.port", "0")
            .put("network.host", "127.0.0.1")
            .put("cluster.routing.allocation.disk.threshold_enabled", false)
            .put("curlew.model." + MODEL + ".class", factory.getName())
            .putList("cluster.initial_cluster_manager_nodes", "node0")
            .build();
    Cluster cluster = new Cluster(directory, anchors, settings, plugins);
    for (int i = 0; i < count; i++) {
      cluster.nodes.add(null);
      cluster.start(i);
    }
    return cluster;
  }

  /** Starts a node that was not started, or was stopped. */
  @SuppressWarnings("resource") // closed with the cluster
  void start(int number) throws Exception {
    Path home = directory.resolve("node" + number);
    Path config = Files.createDirectories(home.resolve("config"));
    if (!Files.exists(config.resolve(ANCHOR_FILE))) {
      AnchorFile.write(anchors, config.resolve(ANCHOR_FILE));
    }
    Settings.Builder own =
        Settings.builder()
            .put(settings)
            .put("node.name", "node" + number)
            .put("path.home", home.toString())
            .putList("discovery.seed_hosts", transports());
    CurNode node =
        new CurNode(
            InternalSettingsPreparer.prepareEnvironment(
                own.build(), Map.of(), config, () -> "node" + number),
            plugins);
    node.start();
    nodes.set(number, node);
    long running = nodes.stream().filter(one -> one != null).count();
    request(number, "GET", "/_cluster/health?timeout=60s&wait_for_nodes=>=" + running, "").ok();
  }

  /** A JSON object. */
  static Map<String, Object> parse(String json) throws IOException {
    return JSON.readValue(
        json, JSON.getTypeFactory().constructMapType(Map.class, String.class, Object.class));
  }

  /** A body as it is sent; text is taken to be JSON already. */
  static String json(Object body) throws IOException {
    return body instanceof String text ? text : JSON.writeValueAsString(body);
  }

  private List<String> transports() {
    return nodes.stream()
        .filter(node -> node != null)
        .map(node -> node.injector().getInstance(TransportService.class))
        .map(transport -> transport.boundAddress().publishAddress().toString())
        .toList();
  }

  /** Stops a node. */
  void stop(int number) throws IOException {
    nodes.get(number).close();
    nodes.set(number, null);
  }

  Node node(int number) {
    return nodes.get(number);
  }

  Answer get(String path) throws Exception {
    return request(0, "GET", path, "");
  }

  Answer post(String path, Object body) throws Exception {
    return request(0, "POST", path, body);
  }

  Answer put(String path, Object body) throws Exception {
    return request(0, "PUT", path, body);
  }

  /** Asks a node. */
  Answer request(int node, String method, String path, Object body) throws Exception {
    HttpServerTransport http = nodes.get(node).injector().getInstance(HttpServerTransport.class);
    InetSocketAddress address = http.boundAddress().publishAddress().address();
    String text = json(body);
    HttpRequest.BodyPublisher publisher =
        text.isEmpty()
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString(text);
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(
                    "http://127.0.0.1:"
                        + address.getPort()
                        + path.replace(">", "%3E").replace(" ", "%20")))
            .timeout(Duration.ofMinutes(2))
            .header(
                "Content-Type",
                path.contains("_bulk") ? "application/x-ndjson" : "application/json")
            .method(method, publisher)
            .build();
    HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
    return new Answer(response.statusCode(), JSON.readTree(response.body()));
  }

  /** Makes an index with an anchor field, whose pipeline gives documents their rows. */
  void createIndex(String index, int shards, int replicas) throws Exception {
    put(
            "/_ingest/pipeline/rows",
            Map.of("processors", List.of(Map.of("anchor_row", Map.of("field", "anchors")))))
        .ok();
    put(
            "/" + index,
            Map.of(
                "settings",
                Map.of(
                    "number_of_shards", shards,
                    "number_of_replicas", replicas,
                    "default_pipeline", "rows"),
                "mappings",
                mappings(ANCHOR_FILE)))
        .ok();
    get("/_cluster/health/" + index + "?wait_for_status=green&timeout=60s").ok();
  }

  static Map<String, Object> mappings(String anchorFile) {
    return Map.of(
        "properties",
        Map.of(
            "text", Map.of("type", "text"),
            "letter", Map.of("type", "keyword"),
            "length", Map.of("type", "integer"),
            "anchors",
                Map.of(
                    "type",
                    "anchor_row",
                    "anchors",
                    anchorFile,
                    "model",
                    MODEL,
                    "text",
                    List.of("text"))));
  }

  /** Adds documents, by id, in one request. */
  Answer bulk(String index, Map<String, Map<String, Object>> documents) throws Exception {
    StringBuilder lines = new StringBuilder();
    for (Map.Entry<String, Map<String, Object>> document : documents.entrySet()) {
      lines
          .append(JSON.writeValueAsString(Map.of("index", Map.of("_id", document.getKey()))))
          .append('\n')
          .append(JSON.writeValueAsString(document.getValue()))
          .append('\n');
    }
    return post("/" + index + "/_bulk?refresh=true", lines.toString());
  }

  @Override
  public void close() throws IOException {
    for (CurNode node : nodes) {
      if (node != null) {
        node.close();
      }
    }
    client.close();
  }
}
