package io.curlew.lucene.rows;

import io.curlew.cur.Hit;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.LatentQuery;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.lucene.search.Explanation;
import org.jspecify.annotations.Nullable;

/**
 * Says where the score of a hit comes from: the linear form, its anchors, and what is beside it.
 */
public final class HitExplanation {

  private static final int NAMED_ANCHORS = 10;

  private HitExplanation() {}

  /**
   * A hit's score: the linear form of the model's score, what that leaves, and what the ranking
   * profile adds.
   *
   * @param more known of it, said first
   * @param latent the linear form, or null if there is none
   * @param values of its row, not centred
   */
  public static Explanation of(
      AnchorSet anchors,
      Hit hit,
      List<Explanation> more,
      @Nullable LatentQuery latent,
      float[] values) {
    List<Explanation> details = new ArrayList<>(more);
    if (latent != null) {
      Explanation linear = linear(anchors, latent, values);
      details.add(linear);
      details.add(
          Explanation.match(
              hit.modelScore() - linear.getValue().doubleValue(),
              hit.exact()
                  ? "what the linear form does not explain"
                  : "added by the first stage and the kernel form, from documents scored alike"));
    }
    if (hit.score() != hit.modelScore()) {
      details.add(
          Explanation.match(
              (double) hit.score() - hit.modelScore(), "added by the ranking profile"));
    }
    String how =
        hit.exact()
            ? "exact score, from the model in round " + hit.round()
            : "estimate, the model was not called for this document";
    return Explanation.match(hit.score(), how, details);
  }

  /**
   * The linear form of one document, with the anchors that contribute most, up or down.
   *
   * @param values of its row, not centred
   */
  public static Explanation linear(AnchorSet anchors, LatentQuery latent, float[] values) {
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
