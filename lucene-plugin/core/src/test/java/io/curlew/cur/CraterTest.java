package io.curlew.cur;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.curlew.cur.fit.RidgeEstimator;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Anchor CUR by plain pseudo-inverse fails where there are as many anchor documents as anchor
 * queries: its error has a crater rim there. The estimator must not have one. The reference numbers
 * were computed independently; its truncated pseudo-inverse had its cut-off chosen by hand, the
 * estimator chooses lambda by leave-one-out.
 */
class CraterTest {

  private static final int ANCHORS = 60;

  @ParameterizedTest
  @ValueSource(ints = {40, 60, 80})
  void relativeErrorIsAtMostTheTruncatedPseudoInverses(int anchorDocuments) throws IOException {
    JsonNode reference = reference();
    float[][] scores = scores(reference.get("scores"));
    double bound =
        reference
            .get("expected")
            .get(String.valueOf(anchorDocuments))
            .get("truncatedPinv_rcond1e-2_relativeError")
            .asDouble();
    double error = 0;
    double norm = 0;
    for (int query = ANCHORS; query < scores.length; query++) {
      double[] u = fit(reference.get("anchorDocs"), anchorDocuments, scores, query);
      for (int d = 0; d < scores[query].length; d++) {
        double difference = scores[query][d];
        norm += difference * difference;
        for (int a = 0; a < ANCHORS; a++) {
          difference -= u[a] * scores[a][d];
        }
        error += difference * difference;
      }
    }
    double relative = Math.sqrt(error / norm);
    System.out.printf(
        java.util.Locale.ROOT,
        "%d anchor documents: relative error %.6f, truncated pseudo-inverse %.6f%n",
        anchorDocuments,
        relative,
        bound);
    assertTrue(relative <= bound, relative + " must be at most " + bound);
  }

  private static double[] fit(
      JsonNode documents, int anchorDocuments, float[][] scores, int query) {
    double[] targets = new double[anchorDocuments];
    float[][] rows = new float[anchorDocuments][ANCHORS];
    double squaredNorms = 0;
    for (int j = 0; j < anchorDocuments; j++) {
      int d = documents.get(j).asInt();
      targets[j] = scores[query][d];
      for (int a = 0; a < ANCHORS; a++) {
        rows[j][a] = scores[a][d];
        squaredNorms += (double) scores[a][d] * scores[a][d];
      }
    }
    RidgeEstimator estimator =
        RidgeEstimator.create(ANCHORS, anchorDocuments, squaredNorms / anchorDocuments);
    for (float[] row : rows) {
      estimator.add(row);
    }
    return estimator.fit(targets).weights();
  }

  private static JsonNode reference() throws IOException {
    try (InputStream in = CraterTest.class.getResourceAsStream("anchor_cur.json")) {
      return new ObjectMapper().readTree(Objects.requireNonNull(in));
    }
  }

  private static float[][] scores(JsonNode matrix) {
    int rows = matrix.get("shape").get(0).asInt();
    int columns = matrix.get("shape").get(1).asInt();
    float[][] scores = new float[rows][columns];
    for (int i = 0; i < rows * columns; i++) {
      scores[i / columns][i % columns] = (float) matrix.get("data").get(i).asDouble();
    }
    return scores;
  }
}
