package io.curlew.testing.models;

import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.LatentMap;
import io.curlew.cur.anchor.Learned;
import io.curlew.cur.anchor.RankingProfile;
import io.curlew.cur.anchor.RecallCalibration;
import io.curlew.cur.anchor.RowEncoding;
import io.curlew.cur.model.ModelScores;
import java.util.List;
import java.util.Map;

/** Anchors of a word model that have learned what to make of its own vectors. */
public final class LearnedWords {

  private LearnedWords() {}

  /**
   * Rows of bytes, a latent query that says something, and a ranking profile.
   *
   * @param sample texts of documents
   * @param profile the weight of the feature {@code dense}
   */
  public static AnchorSet anchors(
      WordModel model, List<String> anchorQueries, List<String> sample, double profile) {
    float[][] left = new float[WordModel.DIMENSION + 1][WordModel.DIMENSION];
    float[][] right = new float[WordModel.DIMENSION][anchorQueries.size()];
    for (int i = 0; i < WordModel.DIMENSION; i++) {
      left[i][i] = 0.1f;
      for (int a = 0; a < anchorQueries.size(); a++) {
        right[i][a] = model.vector(anchorQueries.get(a))[i];
      }
    }
    return AnchorSet.of(
            anchorQueries,
            model.fingerprint(),
            ModelScores.anchorRows(model, anchorQueries, sample),
            RowEncoding.int8())
        .withLearned(
            new Learned(
                null,
                new LatentMap(left, right),
                RecallCalibration.NONE,
                new RankingProfile(Map.of("dense", profile))));
  }
}
