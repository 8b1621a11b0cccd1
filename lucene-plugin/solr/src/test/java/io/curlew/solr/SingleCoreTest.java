package io.curlew.solr;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.apache.solr.client.solrj.SolrQuery;
import org.apache.solr.client.solrj.response.QueryResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Searching a single core. */
class SingleCoreTest {

  private static final int DOCUMENTS = 1000;

  @TempDir static Path home;
  private static OneCore core;
  private static Samples samples;

  @BeforeAll
  static void index() throws Exception {
    samples = Samples.wordNet(DOCUMENTS);
    core = OneCore.create(home, conf -> Samples.writeConfigset(conf, samples.anchors(1), 1));
    core.server.add(samples.documents());
    core.server.commit();
  }

  @AfterAll
  static void close() throws Exception {
    core.close();
  }

  @Test
  void findsWithinTheBudget() throws Exception {
    String query = samples.queries(1).get(0);
    long before = WordModel.CALLS.get();
    QueryResponse response =
        core.server.query(
            new SolrQuery("{!cur f=anchors budget=150 topK=50 v=$text}").setParam("text", query));
    System.out.println(response);
    assertEquals(150, WordModel.CALLS.get() - before);
  }
}
