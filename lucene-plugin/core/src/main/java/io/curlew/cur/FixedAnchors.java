package io.curlew.cur;

import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.LatentQuery;
import io.curlew.cur.fit.RidgeEstimator;
import io.curlew.cur.model.InteractionModel;
import io.curlew.cur.model.ModelScores;
import java.util.ArrayList;
import java.util.List;

/**
 * Anchor documents chosen offline and prepared once: the fixed mode of anchor CUR (Yadav et al.
 * 2022). A new query is scored against them, and only them, and fitted: its estimates for any
 * documents cost no further call. They keep their texts and rows, so it does not matter whether
 * they are alive or deleted since.
 *
 * <p>Safe for use by several threads; fits take turns. Memory: the texts, the rows, and a Cholesky
 * factor for every lambda in use.
 */
public final class FixedAnchors {

  private final AnchorSet anchors;
  private final List<String> texts;
  private final float[] mean; // of the anchor documents' centred rows
  private final RidgeEstimator estimator;

  private FixedAnchors(AnchorSet anchors, List<String> texts, float[][] rows) {
    this.anchors = anchors;
    this.texts = List.copyOf(texts);
    this.estimator =
        RidgeEstimator.create(anchors.dimension(), rows.length, anchors.statistics().variance());
    this.mean = new float[anchors.dimension()];
    for (float[] row : rows) {
      float[] centred = anchors.statistics().centre(row);
      for (int i = 0; i < mean.length; i++) {
        mean[i] += centred[i] / rows.length;
      }
    }
    for (float[] row : rows) {
      float[] centred = anchors.statistics().centre(row);
      for (int i = 0; i < mean.length; i++) {
        centred[i] -= mean[i];
      }
      estimator.add(centred);
    }
  }

  /**
   * Prepares anchor documents.
   *
   * @param texts of the documents, at least one; at least as many as the anchors' effective rank
   *     are of use
   * @param rows of the documents as the index holds them, {@code [documents][dimensions]}
   */
  public static FixedAnchors prepare(AnchorSet anchors, List<String> texts, float[][] rows) {
    if (texts.isEmpty() || texts.size() != rows.length) {
      throw new IllegalArgumentException(
          "anchor documents must be at least 1, each with a text and a row, got: "
              + texts.size()
              + " and "
              + rows.length);
    }
    return new FixedAnchors(anchors, texts, rows);
  }

  /** The number of anchor documents, which is the number of calls that a fit costs. */
  public int size() {
    return texts.size();
  }

  /** Scores the anchor documents for a query and fits it onto the anchors. */
  public LatentQuery fit(InteractionModel model, String query) {
    return fit(model, List.of(query)).getFirst();
  }

  /** The same for several queries, in one call of the model; each has a lambda of its own. */
  public List<LatentQuery> fit(InteractionModel model, List<String> queries) {
    float[][] scores = ModelScores.checked(model, queries, texts);
    List<LatentQuery> latents = new ArrayList<>();
    for (float[] ofQuery : scores) {
      double[] targets = new double[ofQuery.length];
      double intercept = 0;
      for (float score : ofQuery) {
        intercept += (double) score / targets.length;
      }
      for (int j = 0; j < targets.length; j++) {
        targets[j] = ofQuery[j] - intercept;
      }
      float[] weights;
      synchronized (estimator) {
        weights = estimator.fit(targets).floatWeights();
      }
      for (int i = 0; i < mean.length; i++) {
        intercept -= (double) weights[i] * mean[i]; // of the mean document, not of theirs
      }
      latents.add(anchors.latent(weights, (float) intercept));
    }
    return latents;
  }
}
