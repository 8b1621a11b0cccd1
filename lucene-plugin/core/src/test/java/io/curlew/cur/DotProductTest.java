package io.curlew.cur;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

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
        float[] four = new float[6];
        product.ofFour(b, a, new float[length], a, b, four, 1);
        assertEquals(expected, four[2], 1e-4);
        assertEquals(product.of(b, b), four[1], 1e-4 + 1e-6 * Math.abs(four[1]));
        assertEquals(0, four[3]);
        assertEquals(four[2], four[4]);
        assertEquals(0, four[0]);
        assertEquals(0, four[5]);
      }
    }
  }

  @Test
  void interpretedAndCompiledCodeGiveTheSameBits() {
    DotProduct product = DotProduct.create();
    assertInstanceOf(SimdDotProduct.class, product, "the tests run with the Vector API");
    float[] a = gaussian(401);
    float[] b = gaussian(401);
    float first = product.of(a, b); // interpreted
    for (int i = 0; i < 200_000; i++) { // long enough to be compiled by every tier
      assertEquals(first, product.of(a, b));
    }
  }

  private float[] gaussian(int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
