package io.curlew.demo.rivals;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MatrixFactorisationTest {

  private static final int QUERIES = 60;
  private static final int ITEMS = 300;
  private static final int DIMENSION = 12;
  private static final int RANK = 3;

  private final Random random = new Random(5);
  private final float[][] queries = gaussian(QUERIES, DIMENSION);
  private final float[][] items = gaussian(ITEMS, DIMENSION);
  private final float[][] exact = new float[QUERIES][ITEMS];

  private float[][] gaussian(int rows, int columns) {
    float[][] values = new float[rows][columns];
    for (float[] row : values) {
      for (int i = 0; i < columns; i++) {
        row[i] = (float) (random.nextGaussian() / Math.sqrt(columns));
      }
    }
    return values;
  }

  /**
   * Scores of a low rank, given in part.
   *
   * @param own what items' factors have that is in no dense vector
   * @param share of the scores that are given
   * @param scored none is given of other items than the first so many
   */
  private SparseScores scores(double own, double share, int scored) {
    float[][] map = gaussian(RANK, DIMENSION);
    float[][] left = gaussian(QUERIES, RANK);
    float[][] ofItems = gaussian(ITEMS, RANK);
    List<int[]> pairs = new ArrayList<>();
    for (int i = 0; i < ITEMS; i++) {
      for (int r = 0; r < RANK; r++) {
        ofItems[i][r] = (float) (own * ofItems[i][r] + 4 * product(map[r], items[i]));
      }
      for (int q = 0; q < QUERIES; q++) {
        exact[q][i] = 50 + 20 * product(left[q], ofItems[i]);
        if (i < scored && random.nextDouble() < share) {
          pairs.add(new int[] {q, i});
        }
      }
    }
    return given(pairs);
  }

  private SparseScores given(List<int[]> pairs) {
    return new SparseScores(
        queries,
        items,
        pairs.stream().mapToInt(pair -> pair[0]).toArray(),
        pairs.stream().mapToInt(pair -> pair[1]).toArray(),
        pairs.stream().mapToDouble(pair -> exact[pair[0]][pair[1]]).toArray());
  }

  private static float product(float[] a, float[] b) {
    float sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /** The squared errors of all scores of some items, of the variance of all scores. */
  private double error(MatrixFactorisation fitted, int from) {
    double mean = 0;
    for (float[] row : exact) {
      for (float score : row) {
        mean += score / (QUERIES * ITEMS);
      }
    }
    float[][] ofQueries = fitted.queries();
    float[][] ofItems = fitted.items();
    double errors = 0;
    double variance = 0;
    for (int q = 0; q < QUERIES; q++) {
      for (int i = from; i < ITEMS; i++) {
        double error = fitted.unit() * product(ofQueries[q], ofItems[i]) - exact[q][i];
        errors += error * error;
        variance += (exact[q][i] - mean) * (exact[q][i] - mean);
      }
    }
    return errors / variance;
  }

  @Test
  void aMatrixOfLowRankIsRecoveredFromEnoughScores() {
    SparseScores scores = scores(/* own= */ 1, 0.7, ITEMS);
    assertTrue(error(MatrixFactorisation.of(scores, 1), 0) < 1e-4);
  }

  @Test
  void whatHasNoScoresHasTheFactorThatItsDenseVectorSays() {
    SparseScores scores = scores(/* own= */ 0, 0.3, 200);
    MatrixFactorisation fitted = MatrixFactorisation.of(scores, 1);
    double error = error(fitted, 200);
    assertTrue(error < 0.02, "share of the variance: " + error);
    assertArrayEquals(fitted.items()[250], fitted.items(items)[250], 1e-5f);
  }

  @Test
  void aQuerysFactorIsPredictedFromItsDenseVector() {
    float[][] map = gaussian(DIMENSION, DIMENSION);
    List<int[]> pairs = new ArrayList<>();
    for (int q = 0; q < QUERIES; q++) {
      for (int i = 0; i < ITEMS; i++) {
        float[] moved = new float[DIMENSION];
        for (int r = 0; r < DIMENSION; r++) {
          moved[r] = product(map[r], items[i]);
        }
        exact[q][i] = 3 * product(queries[q], moved) - 7;
        if (q < 50 && random.nextDouble() < 0.5) {
          pairs.add(new int[] {q, i});
        }
      }
    }
    MatrixFactorisation fitted = MatrixFactorisation.of(given(pairs), 1);
    QueryPrediction prediction = fitted.prediction();
    double errors = 0;
    double lineErrors = 0;
    for (int q = 50; q < QUERIES; q++) {
      for (int i = 0; i < ITEMS; i++) {
        double score = fitted.unit() * product(prediction.of(queries[q]), fitted.items()[i]);
        errors += Math.pow(score - exact[q][i], 2);
        lineErrors += Math.pow(exact[q][i] + 7, 2);
      }
    }
    assertTrue(errors < 0.1 * lineErrors, errors + " of " + lineErrors);
  }

  @Test
  void theSameScoresHaveTheSameFactors() {
    SparseScores scores = scores(1, 0.2, ITEMS);
    assertArrayEquals(
        MatrixFactorisation.of(scores, 1).items(), MatrixFactorisation.of(scores, 1).items());
  }
}
