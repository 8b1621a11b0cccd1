package io.curlew.cur.fit;

/**
 * The anchor rows of the documents scored so far, shared by the factors of all lambdas: row by row,
 * or for the dual form column by column and with their Gram matrix.
 */
public final class ScoredRows implements Gram {

  private final int features;
  private final boolean dual;
  private final float[][] rows; // empty in the dual form
  private final float[][] columns; // columns[a][j] is entry a of row j; empty in the primal form
  private final double[][] gram; // gram[i][j], j <= i; empty in the primal form
  private final int capacity;
  private int size;

  ScoredRows(int features, int capacity, boolean dual) {
    this.features = features;
    this.dual = dual;
    this.capacity = capacity;
    this.rows = new float[dual ? 0 : capacity][];
    this.columns = dual ? new float[features][capacity] : new float[0][];
    this.gram = new double[dual ? capacity : 0][];
  }

  void add(float[] row) {
    if (row.length != features) {
      throw new IllegalArgumentException(
          "anchor row must have " + features + " entries, got: " + row.length);
    }
    if (size == capacity) {
      throw new IllegalStateException("rows must be at most " + capacity + ", got one more");
    }
    if (dual) {
      double[] products = new double[size + 1];
      for (int a = 0; a < features; a++) {
        float[] column = columns[a];
        column[size] = row[a];
        double value = row[a];
        for (int j = 0; j <= size; j++) {
          products[j] += value * column[j];
        }
      }
      gram[size] = products;
    } else {
      rows[size] = row.clone();
    }
    size++;
  }

  int features() {
    return features;
  }

  @Override
  public int capacity() {
    return capacity;
  }

  @Override
  public int size() {
    return size;
  }

  double[] row(int j) {
    double[] row = new double[features];
    for (int a = 0; a < features; a++) {
      row[a] = dual ? columns[a][j] : rows[j][a];
    }
    return row;
  }

  @Override
  public double[] gramRow(int i) {
    return gram[i];
  }

  /** The sum of coefficients[j] * row j: R^T times the coefficients. */
  double[] combination(double[] coefficients) {
    double[] sum = new double[features];
    for (int j = 0; j < size; j++) {
      double c = coefficients[j];
      for (int a = 0; a < features; a++) {
        sum[a] += c * (dual ? columns[a][j] : rows[j][a]);
      }
    }
    return sum;
  }
}
