package io.curlew.cur.anchor;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** {@link Learned} as bytes, as {@link AnchorFile} says. */
final class LearnedBytes {

  private static final int MOST_FEATURES = 1000;
  private static final int LONGEST_VECTOR = 1 << 16;

  private LearnedBytes() {}

  static void write(Learned learned, DataOutputStream out) throws IOException {
    FeatureStatistics features = learned.features();
    out.writeBoolean(features != null);
    if (features != null) {
      out.writeInt(features.features().size());
      for (String name : features.features()) {
        out.writeUTF(name);
      }
      for (double[] row : features.covariances()) {
        for (double value : row) {
          out.writeDouble(value);
        }
      }
    }
    LatentMap latent = learned.latent();
    out.writeBoolean(latent != null);
    if (latent != null) {
      write(latent.left(), out);
      write(latent.right(), out);
    }
    RecallCalibration calibration = learned.calibration();
    for (double weight : calibration.weights()) {
      out.writeDouble(weight);
    }
    Map<String, Double> weights = new TreeMap<>(learned.profile().weights());
    out.writeInt(weights.size());
    for (Map.Entry<String, Double> weight : weights.entrySet()) {
      out.writeUTF(weight.getKey());
      out.writeDouble(weight.getValue());
    }
  }

  private static void write(float[][] matrix, DataOutputStream out) throws IOException {
    out.writeInt(matrix.length);
    out.writeInt(matrix[0].length);
    for (float[] row : matrix) {
      for (float value : row) {
        out.writeFloat(value);
      }
    }
  }

  /**
   * Reads what {@link #write} has written, and nothing else.
   *
   * @param dimension of the anchor set's rows
   */
  static Learned read(byte[] bytes, int dimension) throws IOException {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      FeatureStatistics features = flag(in) ? features(in) : null;
      @Nullable LatentMap latent = null;
      if (flag(in)) {
        latent = new LatentMap(matrix(in), matrix(in));
        if (latent.right()[0].length != dimension) {
          throw new IOException(
              "latent map must lead to "
                  + dimension
                  + " dimensions, got: "
                  + latent.right()[0].length);
        }
      }
      List<Double> calibration = new ArrayList<>();
      while (calibration.size() < RecallCalibration.IDENTITY.weights().size()) {
        calibration.add(finite(in));
      }
      int count = count(in, "weights of a profile", MOST_FEATURES);
      Map<String, Double> weights = new LinkedHashMap<>();
      for (int i = 0; i < count; i++) {
        weights.put(in.readUTF(), in.readDouble());
      }
      if (in.available() > 0) {
        throw new IOException("bytes must end here, " + in.available() + " are left");
      }
      return new Learned(
          features, latent, new RecallCalibration(calibration), new RankingProfile(weights));
    }
  }

  private static FeatureStatistics features(DataInputStream in) throws IOException {
    int count = count(in, "features", MOST_FEATURES);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add(in.readUTF());
    }
    double[][] covariances = new double[count + 2][count + 2];
    for (double[] row : covariances) {
      for (int i = 0; i < row.length; i++) {
        row[i] = in.readDouble();
      }
    }
    return new FeatureStatistics(names, covariances);
  }

  private static float[][] matrix(DataInputStream in) throws IOException {
    int rows = count(in, "rows of a latent map", LONGEST_VECTOR);
    int columns = count(in, "columns of a latent map", LONGEST_VECTOR);
    if (rows < 1 || columns < 1 || (long) rows * columns * Float.BYTES > in.available()) {
      throw new IOException("latent map must lie within the file, got: " + rows + " by " + columns);
    }
    float[][] matrix = new float[rows][columns];
    for (float[] row : matrix) {
      for (int i = 0; i < columns; i++) {
        row[i] = in.readFloat();
        if (!Float.isFinite(row[i])) {
          throw new IOException("latent map must be finite, got: " + row[i]);
        }
      }
    }
    return matrix;
  }

  private static boolean flag(DataInputStream in) throws IOException {
    int value = in.readByte();
    if (value != 0 && value != 1) {
      throw new IOException("a flag must be 0 or 1, got: " + value);
    }
    return value == 1;
  }

  private static int count(DataInputStream in, String what, int most) throws IOException {
    int count = in.readInt();
    if (count < 0 || count > most) {
      throw new IOException(
          "number of " + what + " must be between 0 and " + most + ", got: " + count);
    }
    return count;
  }

  private static double finite(DataInputStream in) throws IOException {
    double value = in.readDouble();
    if (!Double.isFinite(value)) {
      throw new IOException("calibration must be finite, got: " + value);
    }
    return value;
  }
}
