package io.curlew.demo.opensearch.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.curlew.attention.scoring.LateInteractionModel;
import io.curlew.attention.scoring.LateInteractionOptions;
import io.curlew.cur.anchor.AnchorFile;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.data.model.ModelFiles;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opensearch.Version;
import org.opensearch.plugins.PluginInfo;
import org.opensearch.secure_sm.policy.PolicyParser;

/**
 * The zip of the plugin, unpacked into an OpenSearch that has nothing else of Curlew. Where it has
 * not been packed ({@code mvn test}) there is nothing to test.
 */
class PackedPluginTest {

  private static final Path BUILT = Path.of("../../lucene-plugin/opensearch/target");

  @TempDir Path home;

  private Path unpack() throws IOException {
    Path zip = null;
    if (Files.isDirectory(BUILT)) {
      try (Stream<Path> files = Files.list(BUILT)) {
        zip =
            files
                .filter(file -> file.getFileName().toString().endsWith("-plugin.zip"))
                .findFirst()
                .orElse(null);
      }
    }
    assumeTrue(zip != null, "the plugin must be packed (mvn package)");
    Path plugin = Files.createDirectories(home.resolve("plugins/curlew"));
    try (ZipInputStream in = new ZipInputStream(Files.newInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        if (!entry.isDirectory()) {
          Files.copy(in, plugin.resolve(entry.getName()));
        }
      }
    }
    return plugin;
  }

  @Test
  void isAPluginOfThisOpenSearch() throws Exception {
    Path plugin = unpack();
    PluginInfo info = PluginInfo.readFromProperties(plugin);
    assertEquals("curlew", info.getName());
    assertEquals(
        List.of(Version.CURRENT.toString()),
        List.of(info.getOpenSearchVersionRangesString().replaceAll("[\\[\\]]", "")));
    TreeSet<String> jars = new TreeSet<>();
    try (Stream<Path> files = Files.list(plugin)) {
      files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".jar"))
          .map(name -> name.replaceFirst("-\\d.*", ""))
          .forEach(jars::add);
    }
    for (String needed :
        List.of("curlew-opensearch", "curlew-attention", "onnxruntime", "tokenizers", "caffeine")) {
      assertTrue(jars.contains(needed), needed + " must be packed, got: " + jars);
    }
    assertTrue(
        jars.stream().noneMatch(jar -> jar.matches("(lucene|opensearch|log4j|jna|netty).*")),
        "of the server: " + jars);
    List<String> granted;
    try (Reader policy = Files.newBufferedReader(plugin.resolve("plugin-security.policy"))) {
      granted =
          PolicyParser.read(policy).stream()
              .flatMap(grant -> grant.permissionEntries().stream())
              .map(entry -> entry.name() + " " + entry.action())
              .toList();
    }
    String cache = System.getProperty("user.home") + "/.djl.ai/- read,readlink,write,delete";
    assertTrue(
        granted.contains(cache)
            || granted.contains(cache.replace(System.getProperty("user.home"), "${user.home}")),
        granted.toString());
  }

  @Test
  void startsAndSearches() throws Exception {
    unpack();
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Path config = Files.createDirectories(home.resolve("config"));
    ModelFiles files = ModelFiles.miniLmInt8();
    try (InputStream model = files.openModel();
        InputStream tokenizer = files.openTokenizer()) {
      Files.copy(model, config.resolve("model.onnx"));
      Files.copy(tokenizer, config.resolve("tokenizer.json"));
    }
    List<String> texts =
        List.of("a wading bird of the shore", "a boat with oars", "the price of bread", "a hymn");
    try (LateInteractionModel model =
        LateInteractionModel.open(
            files::openModel, files::openTokenizer, LateInteractionOptions.defaults())) {
      AnchorFile.write(
          AnchorSet.create(List.of("bird", "ship", "food", "song"), model, texts),
          config.resolve("anchors.curlew"));
    }
    Files.writeString(
        config.resolve("opensearch.yml"),
        String.join(
            "\n",
            "discovery.type: single-node",
            "http.port: " + port,
            "transport.port: 0",
            "cluster.routing.allocation.disk.threshold_enabled: false",
            "curlew.model.minilm.class: io.curlew.attention.scoring.LateInteractionFactory",
            "curlew.model.minilm.model: " + config.resolve("model.onnx"),
            "curlew.model.minilm.tokenizer: " + config.resolve("tokenizer.json")));
    String classPath =
        "target/classes"
            + File.pathSeparator
            + Files.readString(Path.of("target/dependencies"), StandardCharsets.UTF_8).strip();
    Process node =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx512m",
                "-Dai.djl.offline=true",
                "-Dcurlew.opensearch.log=" + home.resolve("node.log"),
                "-cp",
                classPath,
                Launcher.class.getName(),
                home.toString())
            .redirectError(home.resolve("console.log").toFile())
            .start();
    try (HttpClient client = HttpClient.newHttpClient()) {
      BufferedReader out = node.inputReader(StandardCharsets.UTF_8);
      String line = out.readLine();
      while (line != null && !line.equals("ready")) {
        line = out.readLine();
      }
      assertEquals("ready", line, () -> read("console.log") + read("node.log"));
      send(
          client,
          port,
          "PUT",
          "/_ingest/pipeline/rows",
          "{\"processors\":[{\"anchor_row\":{\"field\":\"anchors\"}}]}");
      send(
          client,
          port,
          "PUT",
          "/texts",
          "{\"settings\":{\"default_pipeline\":\"rows\"},\"mappings\":{\"properties\":{"
              + "\"text\":{\"type\":\"text\"},\"anchors\":{\"type\":\"anchor_row\",\"anchors\":"
              + "\"anchors.curlew\",\"model\":\"minilm\",\"text\":\"text\"}}}}");
      for (int i = 0; i < texts.size(); i++) {
        String text = "{\"text\":\"" + texts.get(i) + "\"}";
        send(client, port, "PUT", "/texts/_doc/" + i + "?refresh=true", text);
      }
      String answer =
          send(
              client,
              port,
              "POST",
              "/texts/_search",
              "{\"size\":1,\"query\":{\"curlew\":{\"field\":\"anchors\",\"query\":"
                  + "\"a rowing boat\",\"budget\":4}}}");
      assertTrue(answer.contains("\"_id\":\"1\"") && answer.contains("\"calls\":4"), answer);
    } finally {
      node.getOutputStream().close();
      if (!node.waitFor(30, TimeUnit.SECONDS)) {
        node.destroyForcibly();
      }
    }
    assertEquals(0, node.exitValue());
  }

  private String read(String file) {
    try {
      return Files.readString(home.resolve(file));
    } catch (IOException e) {
      return e.toString();
    }
  }

  private String send(HttpClient client, int port, String method, String path, String body)
      throws Exception {
    HttpResponse<String> response =
        client.send(
            HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertTrue(
        response.statusCode() < 300,
        () -> path + ": " + response.body() + System.lineSeparator() + read("node.log"));
    return response.body();
  }
}
