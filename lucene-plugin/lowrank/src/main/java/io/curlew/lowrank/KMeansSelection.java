package io.curlew.lowrank;

import io.curlew.simd.MatrixKernel;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.ejml.data.DMatrixRMaj;

/** The columns nearest to the centres of k-means clusters of the columns. */
record KMeansSelection(long seed) implements ColumnSelection {

  private static final int ITERATIONS = 25;

  @Override
  public int[] select(DMatrixRMaj m, Truncation truncation) {
    int rank = truncation.rankFor(m.numRows, m.numCols);
    Shapes.requireFinite(m);
    int clusters =
        truncation.hasRank() && !truncation.hasTolerance()
            ? rank
            : PivotedQr.compute(m, truncation).rank();
    if (clusters == 0) {
      return new int[0];
    }
    Points points = new Points(Matrices.transpose(m));
    int[] seeds = points.spread(clusters, new SplittableRandom(seed));
    DMatrixRMaj centres = Matrices.rows(points.rows, seeds);
    int[] assigned = new int[0];
    for (int i = 0; i < ITERATIONS; i++) {
      int[] now = points.nearest(centres);
      if (Arrays.equals(now, assigned)) {
        break;
      }
      assigned = now;
      centres = points.means(assigned, centres);
    }
    return points.closest(centres);
  }

  /** Points as rows, scaled so that squares stay within the range of doubles. */
  private static final class Points {
    private final DMatrixRMaj rows;
    private final double[] squares;
    private final int n;

    Points(DMatrixRMaj points) {
      rows = points;
      n = points.numRows;
      double scale = HouseholderQr.scale(Matrices.maxAbs(points));
      for (int i = 0; i < points.data.length; i++) {
        points.data[i] *= scale;
      }
      squares = Matrices.squaredRowNorms(points);
    }

    /** k-means++ seeds: each drawn by its squared distance to the nearest of those before. */
    int[] spread(int count, SplittableRandom random) {
      int[] seeds = new int[count];
      double[] distances = new double[n];
      Arrays.fill(distances, Double.POSITIVE_INFINITY);
      seeds[0] = random.nextInt(n);
      for (int k = 0; k < count; k++) {
        if (k > 0) {
          boolean apart = Arrays.stream(distances).anyMatch(d -> d > 0);
          // Where all that is left coincides with a seed, any of it will do.
          seeds[k] = apart ? Draws.byWeight(distances, random) : random.nextInt(n);
        }
        int seed = seeds[k];
        for (int i = 0; i < n; i++) {
          distances[i] = Math.min(distances[i], distance(i, seed));
        }
      }
      return seeds;
    }

    private double distance(int i, int other) {
      int width = rows.numCols;
      double sum = 0;
      for (int j = 0; j < width; j++) {
        double difference = rows.data[i * width + j] - rows.data[other * width + j];
        sum += difference * difference;
      }
      return sum;
    }

    /** The nearest centre of each point, the first of equals. */
    int[] nearest(DMatrixRMaj centres) {
      DMatrixRMaj distances = distances(centres);
      int k = centres.numRows;
      int[] nearest = new int[n];
      for (int i = 0; i < n; i++) {
        for (int c = 1; c < k; c++) {
          if (distances.data[i * k + c] < distances.data[i * k + nearest[i]]) {
            nearest[i] = c;
          }
        }
      }
      return nearest;
    }

    /** Squared distances (n x k), less the points' squared norms, which do not matter for order. */
    private DMatrixRMaj distances(DMatrixRMaj centres) {
      DMatrixRMaj products = MatrixProduct.singleThreaded().multiplyTransposedRight(rows, centres);
      double[] norms = Matrices.squaredRowNorms(centres);
      int k = centres.numRows;
      for (int i = 0; i < products.data.length; i++) {
        products.data[i] = norms[i % k] - 2 * products.data[i];
      }
      return products;
    }

    /** The means of the clusters; an empty one keeps its centre. */
    DMatrixRMaj means(int[] assigned, DMatrixRMaj centres) {
      int width = rows.numCols;
      DMatrixRMaj means = new DMatrixRMaj(centres.numRows, width);
      double[] counts = new double[centres.numRows];
      for (int i = 0; i < n; i++) {
        counts[assigned[i]]++;
        MatrixKernel.BEST.axpy(1, rows.data, i * width, means.data, assigned[i] * width, width);
      }
      for (int c = 0; c < counts.length; c++) {
        if (counts[c] == 0) {
          System.arraycopy(centres.data, c * width, means.data, c * width, width);
          counts[c] = 1;
        }
        counts[c] = 1 / counts[c];
      }
      return Matrices.scaleRows(means, counts);
    }

    /** For each centre the closest point that no earlier centre has taken. */
    int[] closest(DMatrixRMaj centres) {
      DMatrixRMaj distances = distances(centres);
      int k = centres.numRows;
      int[] closest = new int[k];
      boolean[] taken = new boolean[n];
      for (int c = 0; c < k; c++) {
        int best = -1;
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < n; i++) {
          double distance = distances.data[i * k + c] + squares[i];
          if (!taken[i] && (best < 0 || distance < least)) {
            best = i;
            least = distance;
          }
        }
        closest[c] = best;
        taken[best] = true;
      }
      return closest;
    }
  }
}
