package io.curlew.quantize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.testing.Seeds;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProductQuantizerTest {

  private static final int DIMENSION = 20;

  private final Random random = Seeds.random();
  private final float[][] rows = rows(3000);
  private final BitAllocation allocation = new BitAllocation(new int[] {1, 2, 5, 12});
  private final ProductQuantizer quantizer = ProductQuantizer.compute(rows, allocation, 7);

  /** Independent coordinates, ever less wide, around means of their own. */
  private float[][] rows(int count) {
    float[][] drawn = new float[count][DIMENSION];
    for (float[] row : drawn) {
      for (int j = 0; j < DIMENSION; j++) {
        row[j] = (float) (3 - j + Math.exp(-0.2 * j) * random.nextGaussian());
      }
    }
    return drawn;
  }

  private static double error(ProductQuantizer quantizer, float[][] rows) {
    double sum = 0;
    for (float[] row : rows) {
      sum += distance(row, quantizer.decode(quantizer.encode(row)));
    }
    return sum / rows.length;
  }

  private static double distance(float[] a, float[] b) {
    double sum = 0;
    for (int j = 0; j < a.length; j++) {
      sum += Math.pow(a[j] - b[j], 2);
    }
    return sum;
  }

  @Test
  void aCodeIsTheNearestAndStandsForItself() {
    for (float[] row : Arrays.copyOf(rows, 50)) {
      byte[] bytes = quantizer.encode(row);
      double best = distance(row, quantizer.decode(bytes));
      // two codes as near as single precision tells, of which squares and products are made
      double rounding = 4 * Math.ulp((float) distance(row, new float[row.length]));
      for (int g = 0; g < bytes.length; g++) {
        for (int code = 0; code < ProductQuantizer.CODES; code++) {
          byte[] other = bytes.clone();
          other[g] = (byte) code;
          assertTrue(best <= distance(row, quantizer.decode(other)) + rounding);
        }
      }
      assertArrayEquals(bytes, quantizer.encode(quantizer.decode(bytes)));
    }
  }

  @Test
  void aTableGivesTheProductsWithDecodedVectorsLessTheMean() {
    float[] weights = rows[0];
    float[] mean = rows[1];
    LookupTable table = quantizer.table(weights, mean);
    for (int count = 1; count < 20; count++) {
      byte[] codes = new byte[count * quantizer.bytes()];
      random.nextBytes(codes);
      float[] out = new float[count];
      table.sums(codes, count, out);
      for (int i = 0; i < count; i++) {
        byte[] one = Arrays.copyOfRange(codes, 4 * i, 4 * i + 4);
        float[] decoded = quantizer.decode(one);
        double product =
            IntStream.range(0, DIMENSION)
                .mapToDouble(j -> (double) weights[j] * (decoded[j] - mean[j]))
                .sum();
        assertEquals(product, out[i], 1e-3);
        assertEquals(out[i], table.sum(one), 0, "one by one and in blocks");
      }
    }
  }

  /**
   * For normal coordinates no code of b bits leaves less than 4^-b, and 256 codes not much more.
   */
  @Test
  void theErrorIsNearTheBoundOfItsBits() {
    float[][] normal = new float[4000][8];
    for (float[] row : normal) {
      for (int j = 0; j < row.length; j++) {
        row[j] = (float) random.nextGaussian();
      }
    }
    ProductQuantizer two =
        ProductQuantizer.compute(
            Arrays.copyOf(normal, 3000), new BitAllocation(new int[] {4, 4}), 1);
    double error = error(two, Arrays.copyOfRange(normal, 3000, 4000)) / 8;
    assertTrue(error > Math.pow(4, -2) && error < 2.5 * Math.pow(4, -2), "error: " + error);
  }

  @Test
  void moreBytesLeaveLessError() {
    double[] variances = new double[DIMENSION];
    Arrays.setAll(variances, j -> Math.exp(-0.4 * j));
    float[][] held = rows(500);
    double before = Double.POSITIVE_INFINITY;
    for (int bytes : new int[] {2, 4, 8, 16}) {
      BitAllocation some = BitAllocation.of(variances, bytes);
      float[][] sample = cut(rows, some.dimensions());
      double error = error(ProductQuantizer.compute(sample, some, 3), cut(held, some.dimensions()));
      error += Arrays.stream(variances).skip(some.dimensions()).sum();
      assertTrue(error < 0.8 * before, bytes + " bytes: " + error + " after " + before);
      before = error;
    }
  }

  private static float[][] cut(float[][] rows, int dimensions) {
    return Arrays.stream(rows).map(row -> Arrays.copyOf(row, dimensions)).toArray(float[][]::new);
  }

  /** What SimVQ begins, k-means improves; and no code of SimVQ is far from all points. */
  @Test
  void bothStepsOfTheTraining() {
    Points points = Points.of(rows, 8, 6);
    float[] simVq = SimVq.codes(points, 64, 5);
    float[] refined = Lloyd.refine(points, simVq);
    assertTrue(error(points, refined) < 0.97 * error(points, simVq));
    long used = IntStream.of(points.nearest(simVq)).distinct().count();
    assertTrue(used > 0.95 * 64, "used: " + used);
  }

  private static double error(Points points, float[] codes) {
    int[] nearest = points.nearest(codes);
    double sum = 0;
    for (int i = 0; i < nearest.length; i++) {
      for (int j = 0; j < points.size(); j++) {
        sum += Math.pow(points.values()[6 * i + j] - codes[6 * nearest[i] + j], 2);
      }
    }
    return sum;
  }

  @Test
  void theSameSeedGivesTheSameQuantizer() {
    byte[] bytes = quantizer.toBytes();
    assertArrayEquals(bytes, ProductQuantizer.compute(rows, allocation, 7).toBytes());
    assertFalse(Arrays.equals(bytes, ProductQuantizer.compute(rows, allocation, 8).toBytes()));
  }

  @Test
  void whatIsWrittenIsRead() {
    byte[] bytes = quantizer.toBytes();
    ProductQuantizer read = ProductQuantizer.read(ByteBuffer.wrap(bytes), DIMENSION);
    assertArrayEquals(bytes, read.toBytes());
    assertArrayEquals(quantizer.encode(rows[3]), read.encode(rows[3]));
    for (int length = 0; length < bytes.length; length += 1 + length / 50) {
      ByteBuffer cut = ByteBuffer.wrap(bytes, 0, length);
      assertThrows(IllegalArgumentException.class, () -> ProductQuantizer.read(cut, DIMENSION));
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> ProductQuantizer.read(ByteBuffer.wrap(bytes), DIMENSION + 1));
  }

  @Test
  void rowsThatDoNotVaryAreKeptAsTheyAre() {
    float[] row = rows[0];
    float[][] same = {row, row, row};
    for (float[][] sample : new float[][][] {same, {row}}) {
      ProductQuantizer one = ProductQuantizer.compute(sample, allocation, 1);
      assertArrayEquals(row, one.decode(one.encode(row)), 1e-5f);
    }
  }

  @Test
  void wrongValuesAreRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> ProductQuantizer.compute(new float[0][0], allocation, 1));
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> ProductQuantizer.compute(new float[3][19], allocation, 1));
    assertTrue(String.valueOf(e.getMessage()).endsWith("got: 19"), e.toString());
    assertThrows(IllegalArgumentException.class, () -> quantizer.encode(new float[3]));
    assertThrows(IllegalArgumentException.class, () -> quantizer.decode(new byte[3]));
    assertThrows(IllegalArgumentException.class, () -> quantizer.table(new float[3], rows[0]));
    assertThrows(IllegalArgumentException.class, () -> quantizer.table(rows[0], new float[3]));
    LookupTable table = quantizer.table(rows[0], rows[1]);
    assertThrows(IllegalArgumentException.class, () -> table.sum(new byte[3]));
  }
}
