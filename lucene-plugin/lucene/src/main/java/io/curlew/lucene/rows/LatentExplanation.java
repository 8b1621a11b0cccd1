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

  /** The linear form of one document, with the anchors that contribute most, up or down. */
  public static Explanation of(
      AnchorSet anchors, LatentQuery latent, float firstStage, float[] values) {
    anchors.check(latent);
    float[] weights = anchors.encoding().unproject(latent.weights());
    float[] row = anchors.encoding().unproject(values);
    double sum = 0;
    for (int a = 0; a < row.length; a++) {
      sum += (double) weights[a] * row[a];
    }
    List<Explanation> details = new ArrayList<>();
    details.add(Explanation.match(latent.intercept(), "prior: intercept"));
    if (latent.firstStageWeight() != 0) {
      details.add(
          Explanation.match(
              latent.firstStageWeight() * firstStage,
              String.format(
                  Locale.ROOT,
                  "prior: weight %.4g times first-stage score %.4g",
                  latent.firstStageWeight(),
                  firstStage)));
    }
    details.add(
        Explanation.match(
            sum,
            "anchors, computed as sum of weight * anchor score, most of it from:",
            named(anchors, weights, row)));
    return Explanation.match(
        sum + latent.intercept() + latent.firstStageWeight() * firstStage,
        "estimate in the linear form, sum of:",
        details);
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
                        "weight %.4g times score %.4g of anchor %d \"%s\"",
                        weights[a],
                        row[a],
                        a,
                        anchors.queries().get(a))))
        .toList();
  }
}
