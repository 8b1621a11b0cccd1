package io.curlew.cur.fit;

/**
 * The anchor rows of the documents scored so far, shared by the factors of all lambdas: the rows
 * themselves, and for the dual form their Gram matrix, row by row as they arrive.
 */
public final class ScoredRows implements Gram {

  private final int features;
  private final float[][] rows;
  private final double[][] columns; // columns[a][j] is entry a of row j; empty in the primal form
  private final double[][] gram; // gram[i][j], j <= i; empty in the primal form
  private int size;

  ScoredRows(int features, int capacity, boolean withGram) {
    this.features = features;
    this.rows = new float[capacity][];
    this.columns = withGram ? new double[features][capacity] : new double[0][];
    this.gram = withGram ? new double[capacity][] : new double[0][];
  }

  void add(float[] row) {
    if (row.length != features) {
      throw new IllegalArgumentException(
          "anchor row must have " + features + " entries, got: " + row.length);
    }
    if (size == rows.length) {
      throw new IllegalStateException("rows must be at most " + rows.length + ", got one more");
    }
    rows[size] = row.clone();
    if (gram.length > 0) {
      double[] products = new double[size + 1];
      for (int a = 0; a < features; a++) {
        double[] column = columns[a];
        double value = row[a];
        column[size] = value;
        for (int j = 0; j <= size; j++) {
          products[j] += value * column[j];
        }
      }
      gram[size] = products;
    }
    size++;
  }

  int features() {
    return features;
  }

  @Override
  public int capacity() {
    return rows.length;
  }

  @Override
  public int size() {
    return size;
  }

  float[] row(int j) {
    return rows[j];
  }

  @Override
  public double[] gramRow(int i) {
    return gram[i];
  }

  /** The sum of coefficients[j] * row j: R^T times the coefficients. */
  double[] combination(double[] coefficients) {
    double[] sum = new double[features];
    for (int j = 0; j < size; j++) {
      float[] row = rows[j];
      double c = coefficients[j];
      for (int a = 0; a < features; a++) {
        sum[a] += c * row[a];
      }
    }
    return sum;
  }
}
