package io.curlew.solr;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.solr.client.solrj.impl.CloudSolrClient;
import org.apache.solr.client.solrj.request.CollectionAdminRequest;
import org.apache.solr.client.solrj.request.UpdateRequest;
import org.apache.solr.cloud.MiniSolrCloudCluster;
import org.apache.solr.common.SolrInputDocument;
import org.apache.solr.core.SolrCore;
import org.apache.solr.embedded.JettyConfig;
import org.apache.solr.embedded.JettySolrRunner;

/** A SolrCloud of two nodes in this JVM, with one collection of two shards and two replicas. */
final class Cloud implements AutoCloseable {

  static final String COLLECTION = "curlew";

  final MiniSolrCloudCluster cluster;
  final CloudSolrClient client;

  private Cloud(MiniSolrCloudCluster cluster) {
    this.cluster = cluster;
    this.client = cluster.getSolrClient(COLLECTION);
  }

  static Cloud start(Path directory, OneCore.ConfigsetWriter configset) throws Exception {
    Path conf = Files.createDirectories(directory.resolve("configset")).resolve("conf");
    configset.write(conf);
    Path nodes = Files.createDirectories(directory.resolve("nodes"));
    MiniSolrCloudCluster cluster =
        new MiniSolrCloudCluster(2, nodes, JettyConfig.builder().build());
    cluster.uploadConfigSet(conf, "curlew");
    CollectionAdminRequest.createCollection(COLLECTION, "curlew", 2, 2)
        .process(cluster.getSolrClient());
    cluster.waitForActiveCollection(COLLECTION, 30, TimeUnit.SECONDS, 2, 4);
    return new Cloud(cluster);
  }

  void add(List<SolrInputDocument> documents) throws Exception {
    UpdateRequest request = new UpdateRequest();
    request.add(documents);
    request.process(client, COLLECTION);
  }

  /**
   * Stops a node. That it is down is all that counts: Jetty and Solr say that they failed to stop
   * when they had to cut off requests or threads, such as a leader's update that waits for a
   * replica that stopped before it.
   */
  void stop(JettySolrRunner node) throws Exception {
    try {
      cluster.stopJettySolrRunner(node);
    } catch (Exception e) {
      if (node.isRunning()) {
        throw e;
      }
      System.out.println("a node stopped, with force: " + e);
    }
  }

  /** Starts a node that was stopped, until all replicas are active again. */
  void restart(JettySolrRunner node) throws Exception {
    cluster.startJettySolrRunner(node);
    cluster.waitForActiveCollection(COLLECTION, 120, TimeUnit.SECONDS, 2, 4);
  }

  /** The cores of the running nodes, to be closed by the caller. */
  List<SolrCore> cores() {
    return cluster.getJettySolrRunners().stream()
        .filter(JettySolrRunner::isRunning)
        .flatMap(node -> node.getCoreContainer().getCores().stream())
        .map(core -> core.getCoreContainer().getCore(core.getName()))
        .toList();
  }

  @Override
  public void close() throws Exception {
    client.close();
    List<JettySolrRunner> nodes = List.copyOf(cluster.getJettySolrRunners());
    try {
      cluster.shutdown();
    } catch (Exception e) {
      if (nodes.stream().anyMatch(JettySolrRunner::isRunning)) {
        throw e;
      }
      System.out.println("all nodes stopped, with force: " + e);
    }
  }
}
