package io.curlew.solr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.model.InteractionModel;
import io.curlew.cur.model.ModelFactory;
import io.curlew.cur.model.ModelScores;
import io.curlew.data.Document;
import io.curlew.testing.BenchmarkReport;
import io.curlew.testing.models.MatrixModel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.solr.client.solrj.SolrQuery;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the rank query costs beside the model: against Solr's {@code rerank} by a function that
 * calls the same model as often, on 5,000 WordNet senses. A call takes a millisecond of computing,
 * which is what int8 MiniLM takes for one sense, in a batch or alone, so that what is compared is
 * the rest. Medians over queries that all answer in turn. Run with {@code
 * -Dtest=RerankOverheadProof}, on a machine that does nothing else.
 */
class RerankOverheadProof {

  private static final int DOCUMENTS = 5000;
  private static final int CALLS = 200;
  private static final long NANOS_PER_CALL = 1_000_000;
  private static final int WARM = 30;
  private static final int QUERIES = 60;

  @TempDir static Path directory;

  /** The scores of the matrix; to answer queries takes its time. */
  public static final class Factory implements ModelFactory {
    /** For Solr. */
    public Factory() {}

    @Override
    public InteractionModel open(Map<String, String> arguments) {
      InteractionModel matrix = new MatrixModel.Factory().open(arguments);
      return new InteractionModel() {
        @Override
        public String fingerprint() {
          return matrix.fingerprint();
        }

        @Override
        public float[][] score(List<String> queries, List<String> documents) {
          long end = System.nanoTime() + NANOS_PER_CALL * documents.size();
          while (queries.size() == 1 && System.nanoTime() < end) {
            Thread.onSpinWait();
          }
          return matrix.score(queries, documents);
        }

        @Override
        public void close() {}
      };
    }
  }

  @Test
  void costsAtMostATenthMoreThanRerank() throws Exception {
    MatrixModel matrix = MatrixModel.open(DOCUMENTS, 100);
    List<String> sample = matrix.data.documents().stream().limit(1200).map(Document::text).toList();
    AnchorSet anchors =
        AnchorSet.of(
            matrix.anchorQueries,
            matrix.fingerprint(),
            ModelScores.anchorRows(matrix, matrix.anchorQueries, sample));
    try (OneCore core =
        OneCore.create(
            directory,
            conf -> {
              Samples.writeConfigset(conf, anchors, Factory.class, 0);
              Path config = conf.resolve("solrconfig.xml");
              String parser =
                  "<valueSourceParser name=\"model\" class=\""
                      + ModelValues.Parser.class.getName()
                      + "\"/></config>";
              Files.writeString(
                  config,
                  Files.readString(config, StandardCharsets.UTF_8).replace("</config>", parser),
                  StandardCharsets.UTF_8);
            })) {
      core.server.add(matrix.data.documents().stream().map(Samples::input).toList());
      core.server.commit();
      List<Double> solrs = new ArrayList<>();
      List<Double> exhaustive = new ArrayList<>();
      List<Double> adaptive = new ArrayList<>();
      for (int i = 0; i < WARM + QUERIES; i++) {
        String text = matrix.testQueries.get(i);
        // the order changes, so that none is always the first to read the texts
        for (int turn = 0; turn < 3; turn++) {
          switch ((turn + i) % 3) {
            case 0 -> solrs.add(millis(core, solrs(text), 0));
            case 1 -> exhaustive.add(millis(core, ours(text, CALLS), CALLS));
            default -> adaptive.add(millis(core, ours(text, 1000), CALLS));
          }
        }
      }
      double rerank = median(solrs);
      double same = median(exhaustive);
      double wide = median(adaptive);
      System.out.printf(
          Locale.ROOT,
          "%d calls, medians of %d queries: rerank %.1f ms; curRerank of %d documents %.1f ms,"
              + " %+.1f %%; of 1000 documents %.1f ms, %+.1f %%%n",
          CALLS,
          QUERIES,
          rerank,
          CALLS,
          same,
          100 * (same / rerank - 1),
          wide,
          100 * (wide / rerank - 1));
      BenchmarkReport report =
          new BenchmarkReport(
              RerankOverheadProof.class, Map.of("calls", CALLS, "queries", QUERIES));
      report.add(
          Map.of("rerankMs", rerank, "curRerankMs", same, "curRerankOf1000DocumentsMs", wide));
      report.write();
      assertTrue(same <= 1.1 * rerank);
    }
  }

  private static SolrQuery solrs(String text) {
    return new SolrQuery("*:*")
        .setParam(
            "rq",
            "{!rerank reRankQuery=$rqq reRankDocs="
                + CALLS
                + " reRankOperator=replace"
                + " reRankWeight=1}")
        .setParam("rqq", "{!func}model($text)")
        .setParam("text", text);
  }

  private static SolrQuery ours(String text, int documents) {
    return new SolrQuery("*:*")
        .setParam(
            "rq",
            "{!curRerank f=anchors reRankDocs=" + documents + " budget=" + CALLS + " v=$text}")
        .setParam("text", text);
  }

  private static double millis(OneCore core, SolrQuery query, long calls) throws Exception {
    long start = System.nanoTime();
    var response = core.server.query(query);
    double millis = (System.nanoTime() - start) / 1e6;
    assertEquals(10, response.getResults().size());
    if (calls > 0) {
      assertEquals(calls, Found.calls(response));
    }
    return millis;
  }

  private static double median(List<Double> all) {
    List<Double> measured = all.subList(WARM, all.size()).stream().sorted().toList();
    return measured.get(measured.size() / 2);
  }
}
