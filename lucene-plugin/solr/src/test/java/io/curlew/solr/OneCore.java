package io.curlew.solr;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.solr.client.solrj.embedded.EmbeddedSolrServer;
import org.apache.solr.core.CoreContainer;

/** A Solr with one core {@value #NAME} in this JVM. */
final class OneCore implements AutoCloseable {

  static final String NAME = "one";

  final CoreContainer container;
  final EmbeddedSolrServer server;

  private OneCore(CoreContainer container) {
    this.container = container;
    this.server = new EmbeddedSolrServer(container, NAME);
  }

  /** Makes a Solr home with the core and opens it. */
  static OneCore create(Path home, ConfigsetWriter configset) throws IOException {
    Path core = Files.createDirectories(home.resolve(NAME));
    configset.write(core.resolve("conf"));
    Files.writeString(core.resolve("core.properties"), "name=" + NAME, StandardCharsets.UTF_8);
    Files.writeString(home.resolve("solr.xml"), "<solr></solr>", StandardCharsets.UTF_8);
    CoreContainer container = CoreContainer.createAndLoad(home);
    return new OneCore(container);
  }

  /** Writes a configset's files. */
  interface ConfigsetWriter {
    void write(Path conf) throws IOException;
  }

  @Override
  public void close() throws IOException {
    server.close();
    container.shutdown();
  }
}
