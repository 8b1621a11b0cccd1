package io.curlew.lowrank;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;

/**
 * The outer products of the columns of X with the rows of Y, by their norms and inner products.
 *
 * @param norms |x_i||y_i|
 */
record OuterProducts(DMatrixRMaj x, DMatrixRMaj y, double[] norms) {

  static OuterProducts of(DMatrixRMaj x, DMatrixRMaj y) {
    Shapes.requireEqual("columns of x", x.numCols, "rows of y", y.numRows);
    Shapes.requireFinite(x);
    Shapes.requireFinite(y);
    double[] columns = Matrices.squaredColumnNorms(x);
    double[] rows = Matrices.squaredRowNorms(y);
    double[] norms = new double[columns.length];
    Arrays.setAll(norms, i -> Math.sqrt(columns[i]) * Math.sqrt(rows[i]));
    return new OuterProducts(x, y, norms);
  }

  int[] largest(int r) {
    return Arrays.copyOf(Orders.falling(norms), r);
  }

  /** Distinct indices of r draws; {@code scaling} receives the number of draws over (r p). */
  int[] sampled(int r, long seed, double[] probabilities, double[] scaling) {
    double[] p = probabilities.length == 0 ? norms : probabilities;
    Shapes.requireEqual("number of probabilities", p.length, "columns of x", norms.length);
    double sum = Arrays.stream(p).sum();
    if (sum == 0) {
      return new int[0]; // the product is zero
    }
    SplittableRandom random = new SplittableRandom(seed);
    for (int draw = 0; draw < r; draw++) {
      int i = Draws.byWeight(p, random);
      scaling[i] += sum / (r * p[i]);
    }
    return IntStream.range(0, scaling.length).filter(i -> scaling[i] > 0).toArray();
  }

  double expectedSquaredError(int r, double[] probabilities) {
    double sum = Arrays.stream(probabilities).sum();
    double terms = 0;
    for (int i = 0; i < norms.length; i++) {
      terms += norms[i] == 0 ? 0 : norms[i] * norms[i] * sum / probabilities[i];
    }
    double norm = Matrices.frobeniusNorm(MatrixProduct.singleThreaded().multiply(x, y));
    return (terms - norm * norm) / r;
  }

  /** Drops the tuples of smallest sum, one after the other. */
  int[] greedy(int r, int tuple) {
    DMatrixRMaj gram = MatrixProduct.singleThreaded().multiplyTransposedLeft(x, x);
    DMatrixRMaj other = MatrixProduct.singleThreaded().multiplyTransposedRight(y, y);
    for (int i = 0; i < gram.data.length; i++) {
      gram.data[i] *= other.data[i];
    }
    int[] left = IntStream.range(0, norms.length).toArray();
    while (left.length > r) {
      int[] dropped = new SmallestTuple(gram, left, Math.min(tuple, left.length - r)).find();
      left =
          IntStream.of(left).filter(i -> Arrays.stream(dropped).noneMatch(d -> d == i)).toArray();
    }
    return left;
  }

  /** The tuple of indices whose outer products' sum has the smallest norm. */
  private static final class SmallestTuple {
    private final DMatrixRMaj gram;
    private final int[] candidates;
    private final int[] current;
    private final int[] best;
    private double least = Double.POSITIVE_INFINITY;

    SmallestTuple(DMatrixRMaj gram, int[] candidates, int size) {
      this.gram = gram;
      this.candidates = candidates;
      current = new int[size];
      best = new int[size];
    }

    int[] find() {
      extend(0, 0, 0);
      return best;
    }

    /** Tries all tuples that begin with the first {@code size} of the current one. */
    private void extend(int size, int from, double squaredNorm) {
      if (size == current.length) {
        if (squaredNorm < least) {
          least = squaredNorm;
          System.arraycopy(current, 0, best, 0, size);
        }
        return;
      }
      for (int at = from; at < candidates.length; at++) {
        int row = candidates[at] * gram.numCols;
        double sum = squaredNorm + gram.data[row + candidates[at]];
        for (int i = 0; i < size; i++) {
          sum += 2 * gram.data[row + current[i]];
        }
        current[size] = candidates[at];
        extend(size + 1, at + 1, sum);
      }
    }
  }
}
