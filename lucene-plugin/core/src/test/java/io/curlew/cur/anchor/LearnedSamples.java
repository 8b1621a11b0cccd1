package io.curlew.cur.anchor;

import java.util.List;
import java.util.Map;
import java.util.Random;

/** Something learned, at random, with everything there is. */
final class LearnedSamples {

  private LearnedSamples() {}

  static Learned draw(int dimension, Random random) {
    double[][] covariances = new double[4][4];
    for (int i = 0; i < 4; i++) {
      for (int j = 0; j <= i; j++) {
        covariances[i][j] = random.nextGaussian();
        covariances[j][i] = covariances[i][j];
      }
    }
    return new Learned(
        new FeatureStatistics(List.of("bm25", "d\u00e9nse"), covariances),
        new LatentMap(matrix(4, 2, random), matrix(2, dimension, random)),
        new RecallCalibration(
            random.doubles(RecallCalibration.inputs(0.5, 1, 1).length, -1, 1.5).boxed().toList()),
        new RankingProfile(Map.of("bm25", random.nextGaussian(), "d\u00e9nse", 2.0)));
  }

  static float[][] matrix(int rows, int columns, Random random) {
    float[][] matrix = new float[rows][columns];
    for (float[] row : matrix) {
      for (int i = 0; i < columns; i++) {
        row[i] = (float) random.nextGaussian();
      }
    }
    return matrix;
  }
}
