package io.curlew.lowrank;

import java.util.SplittableRandom;
import org.ejml.data.DMatrixRMaj;

/**
 * An orthonormal basis Q of nearly the best subspace for an operator's columns, and A^T Q: a
 * Gaussian sketch with at least {@value #OVERSAMPLING} columns more than the rank, up to a multiple
 * of {@value #WIDTH}, where products are fastest, improved by power iterations that are
 * orthonormalised in between (Halko, Martinsson, Tropp 2011, algorithm 4.4). Where only a tolerance
 * is given, the sketch is doubled until the smallest singular value of the projection is within it.
 *
 * @param basis Q (m x s)
 * @param projected A^T Q (n x s)
 */
record RandomizedRange(DMatrixRMaj basis, DMatrixRMaj projected) {

  static final int POWER_ITERATIONS = 4;
  static final int OVERSAMPLING = 10;
  static final int WIDTH = 24;
  private static final int FIRST_SIZE = 2 * WIDTH;

  static RandomizedRange compute(
      LinearOperator a, Truncation truncation, int powerIterations, long seed) {
    int most = Math.min(a.rows(), a.columns());
    int rank = truncation.rankFor(a.rows(), a.columns());
    if (truncation.hasRank()) {
      int size = (rank + OVERSAMPLING + WIDTH - 1) / WIDTH * WIDTH;
      return ofSize(a, Math.min(most, size), powerIterations, seed);
    }
    for (int size = Math.min(most, FIRST_SIZE); ; size = Math.min(most, 2 * size)) {
      RandomizedRange range = ofSize(a, size, powerIterations, seed);
      if (size == most) {
        return range;
      }
      double[] sigma = JacobiSvd.compute(range.projected, 0).singularValues();
      // Found if the tail of the spectrum is within the tolerance, or the matrix is exhausted.
      if (truncation.count(sigma) + OVERSAMPLING <= size) {
        return range;
      }
    }
  }

  private static RandomizedRange ofSize(
      LinearOperator a, int size, int powerIterations, long seed) {
    DMatrixRMaj q;
    if (size == a.rows()) {
      q = Triangles.identity(size); // the whole space
    } else {
      SplittableRandom random = new SplittableRandom(seed);
      DMatrixRMaj y = a.multiply(Sketch.gaussianMatrix(a.columns(), size, random));
      for (int i = 0; i < powerIterations; i++) {
        y = a.multiply(ThinQr.roughBasis(a.multiplyTransposed(ThinQr.roughBasis(y))));
      }
      q = ThinQr.basis(y);
    }
    return new RandomizedRange(q, a.multiplyTransposed(q));
  }
}
