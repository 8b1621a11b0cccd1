package io.curlew.demo.index;

import io.curlew.cur.model.InteractionModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.lucene.util.VectorUtil;

/**
 * Anchor rows for more documents than there are: real rows moved by half the difference of two
 * others of their cluster and a little noise, so that clusters and the spectrum within them stay
 * what they are. And a model that costs next to nothing: a query {@code query a b} scores a
 * document by the larger of two of its anchor scores, which no linear form explains.
 */
public final class SyntheticRows implements InteractionModel {

  private static final float NOISE = 0.002f;
  private static final int CLUSTERS = 200;

  private final float[][] real;
  private final int[][] neighbours; // of each real row: all of its cluster
  private final int anchors;

  private SyntheticRows(float[][] real, int[][] neighbours, int anchors) {
    this.real = real;
    this.neighbours = neighbours;
    this.anchors = anchors;
  }

  /** Takes the rows of an index. */
  public static SyntheticRows of(Path index) throws IOException {
    try (CurlewIndex opened = CurlewIndex.open(index)) {
      float[][] rows = opened.searcher().rows(opened.searcher().documents());
      return new SyntheticRows(rows, clusters(rows), rows[0].length);
    }
  }

  /** Clusters about rows that are taken as they come. */
  private static int[][] clusters(float[][] rows) {
    int[] nearest =
        IntStream.range(0, rows.length).parallel().map(d -> nearest(rows, rows[d])).toArray();
    Map<Integer, int[]> members =
        IntStream.range(0, rows.length)
            .boxed()
            .collect(
                Collectors.groupingBy(
                    d -> nearest[d],
                    Collectors.collectingAndThen(
                        Collectors.toList(),
                        all -> all.stream().mapToInt(Integer::intValue).toArray())));
    return IntStream.of(nearest).mapToObj(members::get).toArray(int[][]::new);
  }

  private static int nearest(float[][] rows, float[] row) {
    int best = 0;
    float least = Float.POSITIVE_INFINITY;
    for (int c = 0; c < Math.min(CLUSTERS, rows.length); c++) {
      float distance = VectorUtil.squareDistance(rows[c], row);
      if (distance < least) {
        least = distance;
        best = c;
      }
    }
    return best;
  }

  /** The same documents with the first anchors only. */
  public SyntheticRows withAnchors(int count) {
    return new SyntheticRows(real, neighbours, Math.min(count, real[0].length));
  }

  List<String> anchorQueries() {
    return IntStream.range(0, anchors).mapToObj(a -> "anchor " + a).toList();
  }

  public int anchors() {
    return anchors;
  }

  public float[] row(int document) {
    SplittableRandom random = new SplittableRandom(document);
    float[] one = real[document % real.length];
    int[] cluster = neighbours[document % real.length];
    float[] from = real[cluster[random.nextInt(cluster.length)]];
    float[] to = real[cluster[random.nextInt(cluster.length)]];
    float[] row = new float[anchors];
    for (int a = 0; a < anchors; a++) {
      float noise = NOISE * ((random.nextInt() >>> 8) * 0x1p-23f - 1);
      row[a] = one[a] + 0.5f * (to[a] - from[a]) + noise;
    }
    return row;
  }

  static String text(int document) {
    return "document " + document;
  }

  public static int number(String text) {
    return Integer.parseInt(text.substring(text.lastIndexOf(' ') + 1));
  }

  /** The i-th query. */
  String query(int i) {
    return "query " + i % anchors + " " + (i * 7 + 3) % anchors;
  }

  @Override
  public String fingerprint() {
    return "synthetic " + real.length + " " + anchors;
  }

  @Override
  public float[][] score(List<String> queries, List<String> texts) {
    float[][] scores = new float[queries.size()][texts.size()];
    for (int d = 0; d < texts.size(); d++) {
      float[] row = row(number(texts.get(d)));
      for (int q = 0; q < scores.length; q++) {
        String query = queries.get(q);
        int last = number(query);
        if (query.startsWith("anchor")) {
          scores[q][d] = row[last];
        } else {
          int first = number(query.substring(0, query.lastIndexOf(' ')));
          scores[q][d] = Math.max(row[first], row[last]);
        }
      }
    }
    return scores;
  }

  @Override
  public void close() {}
}
