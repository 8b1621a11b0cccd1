package io.curlew.demo.solr;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.curlew.data.Document;
import io.curlew.demo.console.BadInputException;
import io.curlew.demo.console.Progress;
import io.curlew.demo.console.ServerProcess;
import java.io.ByteArrayOutputStream;
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
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Two Solr nodes in JVMs of their own, spoken to over HTTP as any client does. */
public final class SolrInstallation implements AutoCloseable {

  static final String COLLECTION = "curlew";
  private static final String MAIN = "io.curlew.demo.solr.node.Node";

  private final List<ServerProcess> nodes = new ArrayList<>();
  private final Path directory;
  private final String url;
  private final HttpClient client = HttpClient.newHttpClient();

  private SolrInstallation(Path directory, String url) {
    this.directory = directory;
    this.url = url;
  }

  /**
   * What the build made.
   *
   * @param module the module folder, with lib and configset
   * @param classPath of Solr
   */
  public record Folders(Path module, String classPath) {

    public static Folders find() throws IOException {
      Path root = Path.of(System.getProperty("curlew.home", "."));
      Path demo = root.resolve("retrieval-demo/solr/target");
      Path built = root.resolve("lucene-plugin/solr/target");
      if (!Files.isDirectory(built) || !Files.exists(demo.resolve("dependencies"))) {
        throw new BadInputException("Solr's module must be built (mvn package), not in: " + built);
      }
      try (Stream<Path> files = Files.list(built)) {
        Path module =
            files
                .filter(file -> file.getFileName().toString().endsWith("-module"))
                .map(folder -> folder.resolve("curlew"))
                .filter(Files::isDirectory)
                .findFirst()
                .orElseThrow(
                    () -> new BadInputException("Solr's module must be built, not in: " + built));
        String jars = Files.readString(demo.resolve("dependencies"), StandardCharsets.UTF_8);
        return new Folders(module, demo.resolve("classes") + File.pathSeparator + jars.strip());
      }
    }
  }

  /** Starts both nodes and waits until they answer. */
  public static SolrInstallation start(Folders folders, Path directory, int port)
      throws IOException {
    SolrInstallation solr = new SolrInstallation(directory, "http://localhost:" + port + "/solr");
    try (Progress progress = Progress.start("Start two nodes", 2)) {
      String keeper = solr.startNode(folders, 1, port, List.of());
      progress.step(1);
      solr.startNode(folders, 2, port + 1, List.of(keeper));
      progress.step(1);
      return solr;
    } catch (IOException e) {
      solr.close();
      throw e;
    }
  }

  /** Starts a node; the result is ZooKeeper's address. */
  private String startNode(Folders folders, int number, int port, List<String> keeper)
      throws IOException {
    Path console = directory.resolve("node" + number + "-console.log");
    List<String> command = new ArrayList<>();
    command.addAll(
        List.of(
            "-Dsolr.install.dir=" + directory.resolve("install"),
            "-Dsolr.modules=curlew",
            "-Dcurlew.models=" + directory.resolve("models"),
            "-Dcurlew.solr.log=" + log(number),
            MAIN,
            directory.resolve("node" + number).toString(),
            Integer.toString(port)));
    command.addAll(keeper);
    ServerProcess node = ServerProcess.start(folders.classPath(), command, console, log(number));
    nodes.add(node);
    return node.said();
  }

  public String url() {
    return url;
  }

  private Path log(int number) {
    return directory.resolve("node" + number + ".log");
  }

  /** Uploads a configset and makes a collection of two shards and two replicas with it. */
  public void createCollection(Path conf) throws Exception {
    ByteArrayOutputStream zip = new ByteArrayOutputStream();
    try (ZipOutputStream entries = new ZipOutputStream(zip);
        Stream<Path> files = Files.list(conf)) {
      for (Path file : files.toList()) {
        entries.putNextEntry(new ZipEntry(file.getFileName().toString()));
        Files.copy(file, entries);
      }
    }
    post(
        "/admin/configs?action=UPLOAD&name=" + COLLECTION,
        "application/octet-stream",
        zip.toByteArray());
    post(
        "/admin/collections?action=CREATE&name="
            + COLLECTION
            + "&collection.configName="
            + COLLECTION
            + "&numShards=2&replicationFactor=2",
        "application/json",
        new byte[0]);
  }

  public void add(List<Document> documents) throws Exception {
    ObjectMapper mapper = new ObjectMapper();
    ArrayNode array = mapper.createArrayNode();
    for (Document document : documents) {
      array.addObject().put("id", document.id()).put("text", document.text());
    }
    post("/" + COLLECTION + "/update", "application/json", mapper.writeValueAsBytes(array));
  }

  public void commit() throws Exception {
    post(
        "/" + COLLECTION + "/update?commit=true",
        "application/json",
        "[]".getBytes(StandardCharsets.UTF_8));
  }

  private void post(String path, String type, byte[] body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + path))
            .header("Content-Type", type)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException(
          "Solr must answer "
              + path
              + " with 200, got: "
              + response.statusCode()
              + " "
              + response.body().replaceAll("\\s+", " "));
    }
  }

  /** Waits until a node ends. */
  public void await() throws InterruptedException {
    nodes.getFirst().await();
  }

  @Override
  public void close() throws IOException {
    client.close();
    for (ServerProcess node : nodes.reversed()) { // the first one has ZooKeeper
      node.close();
    }
  }
}
