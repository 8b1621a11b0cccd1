package io.curlew.lucene;

import io.curlew.cur.anchor.AnchorDrift;
import io.curlew.cur.anchor.AnchorStatistics;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import org.apache.lucene.search.Query;
import org.apache.lucene.util.FixedBitSet;

/**
 * How well the anchors of a live index still explain documents that were added since. Made from the
 * rows in the index: no model call.
 *
 * @param oldDocuments sampled
 * @param newDocuments sampled
 * @param oldExplained share of the variance of anchor scores, among other old documents, that
 *     scores against half of the anchors predict of scores against the other half; 1 is all of it
 * @param newExplained the same for new documents, predicted as old ones are. Well below {@code
 *     oldExplained}, the anchors no longer span what people ask of new documents: choose new ones
 * @param newSquaredNorm the mean of |phi|^2 of new documents: about 1 where they are like the
 *     sample of the anchor set
 * @param newOutOfRange share of the anchor scores of new documents outside the sample's range,
 *     which a byte encoding would begin to clip
 */
public record DriftReport(
    int oldDocuments,
    int newDocuments,
    double oldExplained,
    double newExplained,
    double newSquaredNorm,
    double newOutOfRange) {

  /** Documents of either kind that are looked at, at most. */
  private static final int SAMPLE = 1000;

  /**
   * Compares documents that match a query with all others.
   *
   * @param added matches the documents added since the anchors were chosen, such as a range of
   *     dates
   * @param seed of the samples
   * @throws IllegalArgumentException if there are fewer than 2 documents of either kind
   */
  public static DriftReport of(CurSearcher searcher, Query added, long seed) throws IOException {
    FixedBitSet fresh = searcher.accepted(added);
    FixedBitSet old = searcher.accepted(null).clone();
    old.andNot(fresh);
    float[][] oldRows = searcher.sampleRows(SAMPLE, seed, old);
    float[][] newRows = searcher.sampleRows(SAMPLE, seed, fresh);
    AnchorDrift drift = AnchorDrift.measure(scores(oldRows, searcher), scores(newRows, searcher));
    AnchorStatistics statistics = searcher.anchors().statistics();
    return new DriftReport(
        oldRows.length,
        newRows.length,
        drift.oldExplained(),
        drift.newExplained(),
        Arrays.stream(newRows).mapToDouble(statistics::squaredNorm).average().orElse(0),
        outOfRange(newRows, statistics));
  }

  private static double outOfRange(float[][] rows, AnchorStatistics statistics) {
    long outside = 0;
    for (float[] row : rows) {
      for (int a = 0; a < row.length; a++) {
        if (row[a] < statistics.low()[a] || row[a] > statistics.high()[a]) {
          outside++;
        }
      }
    }
    return (double) outside / ((long) rows.length * statistics.size());
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%d old documents explained to %.3f, %d new to %.3f; new |phi|^2 %.2f, %.1f %% out of"
            + " range",
        oldDocuments,
        oldExplained,
        newDocuments,
        newExplained,
        newSquaredNorm,
        100 * newOutOfRange);
  }

  /** Anchor scores from what the index holds of them. */
  private static float[][] scores(float[][] stored, CurSearcher searcher) {
    return Arrays.stream(stored)
        .map(searcher.anchors().encoding()::unproject)
        .toArray(float[][]::new);
  }
}
