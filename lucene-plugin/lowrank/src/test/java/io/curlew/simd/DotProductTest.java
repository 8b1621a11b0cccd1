package io.curlew.simd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.curlew.testing.Seeds;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DotProductTest {

  private final Random random = Seeds.random();

  @Test
  void bothFormsAgreeWithDoublePrecisionAtEveryLength() {
    for (DotProduct product : List.of(new SimdDotProduct(), new ScalarDotProduct())) {
      for (int length = 0; length < 140; length++) {
        float[] a = gaussian(length);
        float[] b = gaussian(length);
        double expected = 0;
        for (int i = 0; i < length; i++) {
          expected += (double) a[i] * b[i];
        }
        assertEquals(expected, product.of(a, b), 1e-4);
        assertEquals(exact(a, bytes(length)), product.of(a, bytes(length)), 1e-2);
      }
    }
  }

  @Test
  void rowsTogetherAgreeWithOneByOne() {
    for (DotProduct product : List.of(new SimdDotProduct(), new ScalarDotProduct())) {
      for (int length = 0; length < 140; length++) {
        int count = length % 9;
        float[] rows = gaussian(count * length + 3);
        byte[] byteRows = bytes(count * length + 3);
        float[] vector = gaussian(length);
        float[] products = new float[count + 1];
        float[] ofBytes = new float[count + 1];
        product.ofRows(rows, count, vector, products);
        product.ofRows(byteRows, count, vector, ofBytes);
        for (int r = 0; r < count; r++) {
          int end = (r + 1) * length;
          float[] row = Arrays.copyOfRange(rows, r * length, end);
          byte[] byteRow = Arrays.copyOfRange(byteRows, r * length, end);
          assertEquals(product.of(vector, row), products[r], 1e-4);
          assertEquals(product.of(vector, byteRow), ofBytes[r], 1e-2);
        }
        assertEquals(0, products[count]);
        assertEquals(0, ofBytes[count]);
        float[] floats = new float[byteRows.length + 5];
        product.toFloats(byteRows, byteRows.length, floats, 2);
        for (int i = 0; i < byteRows.length; i++) {
          assertEquals(byteRows[i], floats[i + 2]);
        }
        assertEquals(0, floats[1] + floats[byteRows.length + 2]);
      }
    }
  }

  @Test
  void severalVectorsTogetherAgreeWithOneByOne() {
    for (DotProduct product : List.of(new SimdDotProduct(), new ScalarDotProduct())) {
      for (int length = 0; length < 140; length++) {
        int count = 1 + length % 9;
        float[] rows = gaussian(count * length + 3);
        float[][] vectors = new float[1 + length % 40][];
        int columns = length;
        Arrays.setAll(vectors, v -> gaussian(columns));
        DotProduct.Vectors packed = product.pack(vectors);
        int stride = packed.stride();
        float[] products = new float[count * stride + 1];
        Arrays.fill(products, 7);
        product.ofRows(rows, count, packed, products);
        assertEquals(7, products[count * stride]);
        for (int r = 0; r < count; r++) {
          float[] row = Arrays.copyOfRange(rows, r * length, (r + 1) * length);
          for (int v = 0; v < stride; v++) {
            float expected = v < vectors.length ? product.of(vectors[v], row) : 0;
            assertEquals(expected, products[r * stride + v], 1e-4);
          }
        }
      }
    }
  }

  @Test
  void largestOfGroupsAreThoseOfAllProducts() {
    for (DotProduct product : List.of(new SimdDotProduct(), new ScalarDotProduct())) {
      for (int length : new int[] {1, 5, 8, 384}) {
        for (int count : new int[] {1, 5, 6, 7, 40}) {
          float[] rows = gaussian(count * length);
          float[][] vectors = new float[1 + random.nextInt(40)][];
          Arrays.setAll(vectors, v -> gaussian(length));
          DotProduct.Vectors packed = product.pack(vectors);
          int stride = packed.stride();
          float[] products = new float[count * stride];
          product.ofRows(rows, count, packed, products);
          int[] groups = random.ints(count, 0, 3).toArray();
          float[] expected = new float[3 * stride];
          Arrays.fill(expected, Float.NEGATIVE_INFINITY);
          float[] best = expected.clone();
          for (int i = 0; i < products.length; i++) {
            int at = groups[i / stride] * stride + i % stride;
            expected[at] = Math.max(expected[at], products[i]);
          }
          product.largestOfRows(rows, groups, packed, best);
          assertArrayEquals(expected, best);
        }
      }
    }
  }

  @Test
  void notANumberIsLargest() {
    for (DotProduct product : List.of(new SimdDotProduct(), new ScalarDotProduct())) {
      DotProduct.Vectors packed = product.pack(new float[][] {{1, 0}});
      for (int broken = 0; broken < 3; broken++) {
        float[] rows = {1, 0, 2, 0, 3, 0};
        rows[2 * broken] = Float.NaN;
        float[] best = new float[packed.stride()];
        product.largestOfRows(rows, new int[3], packed, best);
        assertEquals(Float.NaN, best[0]);
      }
    }
  }

  @Test
  void interpretedAndCompiledCodeGiveTheSameBits() {
    DotProduct product = DotProduct.create();
    assertInstanceOf(SimdDotProduct.class, product, "the tests run with the Vector API");
    float[] a = gaussian(401);
    float[] b = gaussian(401);
    byte[] bytes = bytes(401);
    float first = product.of(a, b); // interpreted
    float ofBytes = product.of(a, bytes);
    float[] rows = gaussian(3 * 401);
    float[] ofRows = new float[3];
    float[] again = new float[3];
    product.ofRows(rows, 3, a, ofRows);
    for (int i = 0; i < 200_000; i++) { // long enough to be compiled by every tier
      assertEquals(first, product.of(a, b));
      assertEquals(ofBytes, product.of(a, bytes));
      product.ofRows(rows, 3, a, again);
      assertArrayEquals(ofRows, again);
    }
  }

  /** All values that a byte can have, in turn. */
  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (Byte.MIN_VALUE + 37 * i);
    }
    return bytes;
  }

  private static double exact(float[] a, byte[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  private float[] gaussian(int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
