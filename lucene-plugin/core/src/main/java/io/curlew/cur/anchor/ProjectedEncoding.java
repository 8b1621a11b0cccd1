package io.curlew.cur.anchor;

import io.curlew.lowrank.TruncatedSvd;
import io.curlew.lowrank.Truncation;
import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;

/**
 * Fewer dimensions for each document than there are anchors: values are P r, where the rows of P
 * are the leading right singular vectors of the sample's rows, not centred. They are orthonormal,
 * so that weights u of anchors become weights P u of values, and P^T leads back as near as the
 * dimensions allow.
 */
final class ProjectedEncoding implements RowEncoding {

  private final float[][] basis; // [dimensions][anchors], orthonormal rows
  private final float[][] columns; // its transpose
  private final RowEncoding values;

  ProjectedEncoding(float[][] basis, RowEncoding values) {
    if (values.size() != basis.length || values instanceof ProjectedEncoding) {
      throw new IllegalArgumentException(
          "values must be " + basis.length + " and not projected again, got: " + values.size());
    }
    this.basis = basis;
    this.columns = transpose(basis);
    this.values = values;
  }

  /** The projection that keeps the most of the squares of some anchor rows. */
  static ProjectedEncoding of(float[][] rows, int dimensions, Choice values) {
    int most = Math.min(rows.length, rows[0].length);
    if (dimensions < 1 || dimensions > most) {
      throw new IllegalArgumentException(
          "dimensions must be between 1 and the smaller of anchors and sample, "
              + most
              + ", got: "
              + dimensions);
    }
    DMatrixRMaj matrix = new DMatrixRMaj(rows.length, rows[0].length);
    for (int d = 0; d < rows.length; d++) {
      for (int a = 0; a < rows[0].length; a++) {
        matrix.set(d, a, rows[d][a]);
      }
    }
    DMatrixRMaj v = TruncatedSvd.randomized(matrix, Truncation.rank(dimensions), 0).v();
    float[][] basis = new float[v.numCols][v.numRows];
    for (int i = 0; i < v.numCols; i++) {
      for (int a = 0; a < v.numRows; a++) {
        basis[i][a] = (float) v.get(a, i);
      }
    }
    return of(basis, rows, values);
  }

  private static ProjectedEncoding of(float[][] basis, float[][] rows, Choice values) {
    float[][] columns = transpose(basis);
    float[][] turned =
        Arrays.stream(rows).map(row -> project(columns, row)).toArray(float[][]::new);
    return new ProjectedEncoding(basis, values.learn(turned));
  }

  /** The first of its dimensions, with values that are stored in another way. */
  ProjectedEncoding first(int dimensions, float[][] rows, Choice others) {
    return of(Arrays.copyOf(basis, dimensions), rows, others);
  }

  /** Not to be changed. */
  float[][] basis() {
    return basis;
  }

  RowEncoding values() {
    return values;
  }

  @Override
  public int size() {
    return basis[0].length;
  }

  @Override
  public int dimension() {
    return basis.length;
  }

  @Override
  public int length() {
    return values.length();
  }

  @Override
  public boolean isBytes() {
    return values.isBytes();
  }

  @Override
  public float[] project(float[] row) {
    return project(columns, row);
  }

  /** Adds columns, each times a number, which the JIT compiler turns into SIMD. */
  private static float[] project(float[][] columns, float[] row) {
    double[] sums = new double[columns[0].length];
    for (int a = 0; a < row.length; a++) {
      float[] column = columns[a];
      double value = row[a];
      for (int i = 0; i < sums.length; i++) {
        sums[i] += value * column[i];
      }
    }
    float[] projected = new float[sums.length];
    for (int i = 0; i < projected.length; i++) {
      projected[i] = (float) sums[i];
    }
    return projected;
  }

  private static float[][] transpose(float[][] matrix) {
    float[][] transposed = new float[matrix[0].length][matrix.length];
    for (int i = 0; i < matrix.length; i++) {
      for (int a = 0; a < transposed.length; a++) {
        transposed[a][i] = matrix[i][a];
      }
    }
    return transposed;
  }

  @Override
  public float[] unproject(float[] projected) {
    float[] row = new float[basis[0].length];
    for (int i = 0; i < projected.length; i++) {
      for (int a = 0; a < row.length; a++) {
        row[a] += projected[i] * basis[i][a];
      }
    }
    return row;
  }

  @Override
  public byte[] encode(float[] projected) {
    return values.encode(projected);
  }

  @Override
  public void decode(byte[] stored, int count, float[] projected) {
    values.decode(stored, count, projected);
  }

  @Override
  public RowProducts products(float[] weights, float[] mean) {
    return values.products(weights, mean);
  }
}
