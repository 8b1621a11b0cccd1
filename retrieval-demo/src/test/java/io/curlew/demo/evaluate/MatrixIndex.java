package io.curlew.demo.evaluate;

import io.curlew.cur.InMemorySpace;
import io.curlew.cur.SearchSpace;
import io.curlew.cur.anchor.AnchorSet;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** An index in memory: scores of anchor queries against all documents, which are numbered. */
final class MatrixIndex {

  private final float[][] rows; // [documents][anchors]

  /** An index with some of the queries as anchors. */
  MatrixIndex(float[][] scores, int[] anchors) {
    rows = new float[scores[0].length][anchors.length];
    for (int a = 0; a < anchors.length; a++) {
      for (int d = 0; d < rows.length; d++) {
        rows[d][a] = scores[anchors[a]][d];
      }
    }
  }

  float[][] anchorRows(int[] documents) {
    return Arrays.stream(documents).mapToObj(d -> rows[d]).toArray(float[][]::new);
  }

  /** The documents of all queries. */
  InMemorySpace.Documents documents(AnchorSet anchors) {
    List<String> ids = IntStream.range(0, rows.length).mapToObj(String::valueOf).toList();
    return InMemorySpace.Documents.of(anchors, rows, ids);
  }

  static SearchSpace forQuery(
      InMemorySpace.Documents documents, float[] firstStage, float[] exact) {
    return new InMemorySpace(
        documents,
        List.of("dense"),
        new float[][] {firstStage},
        null,
        some -> {
          float[] scores = new float[some.length];
          for (int i = 0; i < some.length; i++) {
            scores[i] = exact[some[i]];
          }
          return scores;
        });
  }
}
