package io.curlew.quantize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.testing.Seeds;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BitAllocationTest {

  @Test
  void equalVariancesGiveEqualGroups() {
    double[] variances = new double[12];
    Arrays.fill(variances, 0.3);
    assertArrayEquals(new int[] {3, 3, 3, 3}, BitAllocation.of(variances, 4).sizes());
  }

  @Test
  void aCoordinateThatVariesMuchHasAByteOfItsOwn() {
    // worth 8, 4 and 4 bits above the level 1; the last is below it and dropped
    double[] variances = {Math.pow(4, 8), Math.pow(4, 4), Math.pow(4, 4), 0.5};
    BitAllocation allocation = BitAllocation.of(variances, 2);
    assertArrayEquals(new int[] {1, 2}, allocation.sizes());
    assertEquals(3, allocation.dimensions());
    assertEquals(2, allocation.bytes());
  }

  @Test
  void asManyBytesAsCoordinatesGiveEachItsOwn() {
    assertArrayEquals(
        new int[] {1, 1, 1}, BitAllocation.of(new double[] {1e6, 1, 1e-9}, 3).sizes());
  }

  @Test
  void anyVariancesAreCutIntoWholeGroups() {
    Random random = Seeds.random();
    for (int i = 0; i < 500; i++) {
      int n = 1 + random.nextInt(60);
      double decay = random.nextDouble();
      double[] variances = new double[n];
      Arrays.setAll(variances, j -> random.nextInt(9) == 0 ? 0 : Math.pow(decay, j));
      int bytes = 1 + random.nextInt(n);
      BitAllocation allocation = BitAllocation.of(variances, bytes);
      assertEquals(bytes, allocation.bytes());
      assertTrue(allocation.dimensions() >= bytes && allocation.dimensions() <= n);
      assertTrue(Arrays.stream(allocation.sizes()).allMatch(size -> size >= 1));
    }
    assertEquals(2, BitAllocation.of(new double[5], 2).bytes());
  }

  @Test
  void fewerBytesKeepFewerCoordinates() {
    double[] variances = new double[100];
    Arrays.setAll(variances, j -> Math.exp(-0.1 * j));
    int before = 0;
    for (int bytes : new int[] {1, 4, 16, 64}) {
      int kept = BitAllocation.of(variances, bytes).dimensions();
      assertTrue(kept > before);
      before = kept;
    }
  }

  @Test
  void wrongValuesAreRefused() {
    for (int bytes : new int[] {0, 4}) {
      var e =
          assertThrows(
              IllegalArgumentException.class, () -> BitAllocation.of(new double[3], bytes));
      assertTrue(String.valueOf(e.getMessage()).endsWith("3, got: " + bytes), e.toString());
    }
    assertThrows(IllegalArgumentException.class, () -> new BitAllocation(new int[0]));
    assertThrows(IllegalArgumentException.class, () -> new BitAllocation(new int[] {1, 0}));
  }
}
