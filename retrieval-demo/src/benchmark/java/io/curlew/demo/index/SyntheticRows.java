package io.curlew.demo.index;

import io.curlew.cur.model.InteractionModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Anchor rows for more documents than there are: real rows mixed with other real rows and a little
 * noise, so that the spectrum stays what it is. And a model that costs next to nothing: a query
 * {@code query a b} scores a document by the larger of two of its anchor scores, which no linear
 * form explains.
 */
public final class SyntheticRows implements InteractionModel {

  private static final float NOISE = 0.002f;

  private final float[][] real;
  private final int anchors;

  private SyntheticRows(float[][] real, int anchors) {
    this.real = real;
    this.anchors = anchors;
  }

  /** Takes the rows of an index. */
  public static SyntheticRows of(Path index) throws IOException {
    try (CurlewIndex opened = CurlewIndex.open(index)) {
      float[][] rows = opened.searcher().rows(opened.searcher().documents());
      return new SyntheticRows(rows, rows[0].length);
    }
  }

  /** The same documents with the first anchors only. */
  public SyntheticRows withAnchors(int count) {
    return new SyntheticRows(real, Math.min(count, real[0].length));
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
    float[] other = real[random.nextInt(real.length)];
    float share = 0.8f + 0.2f * (float) random.nextDouble();
    float[] row = new float[anchors];
    for (int a = 0; a < anchors; a++) {
      float noise = NOISE * ((random.nextInt() >>> 8) * 0x1p-23f - 1);
      row[a] = share * one[a] + (1 - share) * other[a] + noise;
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
