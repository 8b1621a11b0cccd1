package io.curlew.lucene.rows;

import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.LatentQuery;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.lucene.search.Explanation;

/** Says which anchors an estimate is made of. */
public final class LatentExplanation {

  private static final int NAMED_ANCHORS = 10;

  private LatentExplanation() {}

  /**
   * The linear form of one document, with the anchors that contribute most, up or down.
   *
   * @param values of its row, not centred
   */
  public static Explanation of(AnchorSet anchors, LatentQuery latent, float[] values) {
    anchors.check(latent);
    float[] weights = anchors.encoding().unproject(latent.weights());
    float[] row = anchors.encoding().unproject(anchors.statistics().centre(values));
    double sum = 0;
    for (int a = 0; a < row.length; a++) {
      sum += (double) weights[a] * row[a];
    }
    List<Explanation> details = new ArrayList<>();
    details.add(Explanation.match(latent.intercept(), "intercept"));
    details.add(
        Explanation.match(
            sum,
            "anchors, computed as sum of weight * (anchor score - its mean), most of it from:",
            named(anchors, weights, row)));
    return Explanation.match(
        sum + latent.intercept(), "estimate in the linear form, sum of:", details);
  }

  private static List<Explanation> named(AnchorSet anchors, float[] weights, float[] row) {
    return IntStream.range(0, row.length)
        .boxed()
        .sorted(Comparator.comparingDouble(a -> -Math.abs(weights[a] * row[a])))
        .limit(NAMED_ANCHORS)
        .map(
            a ->
                Explanation.match(
                    weights[a] * row[a],
                    String.format(
                        Locale.ROOT,
                        "weight %.4g times score %+.4g, less its mean, of anchor %d \"%s\"",
                        weights[a],
                        row[a],
                        a,
                        anchors.queries().get(a))))
        .toList();
  }
}
