package io.curlew.demo.solr.node;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.solr.cloud.ZkTestServer;
import org.apache.solr.embedded.JettyConfig;
import org.apache.solr.embedded.JettySolrRunner;

/**
 * Starts a node of a SolrCloud, the first one with ZooKeeper; says {@code ready} and ZooKeeper's
 * address on standard output, and stops when standard input ends, as it does when whoever started
 * it is gone. One node is one JVM, since a native library can be loaded by one class loader only
 * and every node has its own. Modules come from {@code -Dsolr.install.dir} and {@code
 * -Dsolr.modules}, as in any Solr.
 */
public final class Node {

  private Node() {}

  /**
   * Runs a node.
   *
   * @param args a directory for its files, its port, and ZooKeeper's address unless it is the first
   */
  public static void main(String[] args) throws Exception {
    Path home = Files.createDirectories(Path.of(args[0]));
    ZkTestServer keeper = args.length > 2 ? null : new ZkTestServer(home.resolve("zookeeper"));
    String address;
    if (keeper == null) {
      address = args[2];
    } else {
      keeper.run();
      address = keeper.getZkAddress();
    }
    System.setProperty("zkHost", address);
    copy("solr.xml", home.resolve("solr.xml"));
    JettyConfig config =
        JettyConfig.builder().setContext("/solr").setPort(Integer.parseInt(args[1])).build();
    JettySolrRunner node = new JettySolrRunner(home.toString(), config);
    try {
      node.start();
      System.out.println("ready " + address);
      while (System.in.read() >= 0) {} // until whoever started it closes its end
    } finally {
      node.stop();
      if (keeper != null) {
        keeper.shutdown();
      }
    }
    System.exit(0);
  }

  private static void copy(String resource, Path file) throws IOException {
    try (InputStream in = Node.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException("no such resource: " + resource);
      }
      Files.copy(in, file);
    }
  }
}
