package io.curlew.lowrank;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;
import org.ejml.data.DMatrixRMaj;

/** The matrices of the benchmarks: random singular vectors, singular values by name. */
final class BenchmarkMatrices {

  private BenchmarkMatrices() {}

  /**
   * A matrix with 1000 columns.
   *
   * @param spectrum {@code geometric}, 0.85^i down to 1e-6, or {@code algebraic}, 1 / (i + 1)
   */
  static DMatrixRMaj create(String spectrum, int rows) {
    int columns = 1000;
    double[] sigma = new double[columns];
    for (int i = 0; i < columns; i++) {
      sigma[i] =
          switch (spectrum) {
            case "geometric" -> Math.max(Math.pow(0.85, i), 1e-6);
            case "algebraic" -> 1.0 / (i + 1);
            default -> throw new IllegalArgumentException("spectrum unknown: " + spectrum);
          };
    }
    SplittableRandom random = new SplittableRandom(rows);
    DMatrixRMaj u = ThinQr.basis(Sketch.gaussianMatrix(rows, columns, random));
    DMatrixRMaj v = ThinQr.basis(Sketch.gaussianMatrix(columns, columns, random));
    return MatrixProduct.singleThreaded()
        .multiplyTransposedRight(Matrices.scaleColumns(u, sigma), v);
  }

  /** Rows of little-endian doubles, for the rival. */
  static void write(DMatrixRMaj m, Path file) throws IOException {
    ByteBuffer row = ByteBuffer.allocate(m.numCols * 8).order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel out =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      for (int i = 0; i < m.numRows; i++) {
        row.clear();
        for (int j = 0; j < m.numCols; j++) {
          row.putDouble(m.get(i, j));
        }
        row.flip();
        while (row.hasRemaining()) {
          out.write(row);
        }
      }
    }
  }

  /** Relative errors in the Frobenius and the 2-norm. */
  static double[] errors(DMatrixRMaj m, DMatrixRMaj approximation) {
    DMatrixRMaj error = Matrices.subtract(m, approximation);
    return new double[] {
      Matrices.frobeniusNorm(error) / Matrices.frobeniusNorm(m),
      largestSingularValue(error) / largestSingularValue(m)
    };
  }

  private static double largestSingularValue(DMatrixRMaj m) {
    return TruncatedSvd.randomized(LinearOperator.of(m), Truncation.rank(1), 30, 1)
        .singularValues()[0];
  }
}
