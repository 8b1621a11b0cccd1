package io.curlew.quantize;

/**
 * Finds the nearest of some codes by Euclidean distance, the first of equals. The codes are held by
 * columns, so that the inner loop runs over all codes, side by side in a vector register.
 */
final class NearestCode {

  private final float[] columns; // entry j of all codes, then entry j + 1
  private final float[] halfNorms;
  private final int size;

  private NearestCode(float[] columns, float[] halfNorms, int size) {
    this.columns = columns;
    this.halfNorms = halfNorms;
    this.size = size;
  }

  /**
   * @param codes one after the other
   * @param size entries of a code
   */
  static NearestCode of(float[] codes, int size) {
    int count = codes.length / size;
    float[] columns = new float[codes.length];
    float[] halfNorms = new float[count];
    for (int c = 0; c < count; c++) {
      double norm = 0;
      for (int j = 0; j < size; j++) {
        float value = codes[c * size + j];
        columns[j * count + c] = value;
        norm += (double) value * value;
      }
      halfNorms[c] = (float) (norm / 2);
    }
    return new NearestCode(columns, halfNorms, size);
  }

  /** The code nearest to a point that begins at an offset. */
  int find(float[] point, int offset) {
    int count = halfNorms.length;
    float[] distances = halfNorms.clone(); // halved, less the point's own norm
    for (int j = 0; j < size; j++) {
      float value = point[offset + j];
      int from = j * count;
      for (int c = 0; c < count; c++) {
        distances[c] -= value * columns[from + c];
      }
    }
    int best = 0;
    for (int c = 1; c < count; c++) {
      if (distances[c] < distances[best]) {
        best = c;
      }
    }
    return best;
  }
}
