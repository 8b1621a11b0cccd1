package io.curlew.cur;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.curlew.testing.Seeds;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

class PackedRowsTest {

  private final Random random = Seeds.random();

  @Test
  void productsAreThoseOfEachRowWithEachVectorFromAnyRowOn() throws IOException {
    for (int round = 0; round < 50; round++) {
      int length = 1 + random.nextInt(40);
      PackedRows packed = new PackedRows();
      List<float[]> rows = new ArrayList<>();
      for (int time = random.nextInt(5); time >= 0; time--) {
        float[][] some = vectors(random.nextInt(300), length);
        packed.add(some);
        rows.addAll(List.of(some));
        float[][] vectors = vectors(random.nextInt(20), length);
        int from = random.nextInt(rows.size() + 1);
        float[][] products = packed.products(from, vectors, PackedRowsTest::backwards);
        assertEquals(vectors.length, products.length);
        for (int v = 0; v < vectors.length; v++) {
          assertEquals(rows.size() - from, products[v].length);
          for (int i = from; i < rows.size(); i++) {
            assertEquals(product(rows.get(i), vectors[v]), products[v][i - from], 1e-4);
          }
        }
      }
    }
  }

  private static void backwards(List<Callable<Boolean>> tasks) throws IOException {
    for (Callable<Boolean> task : tasks.reversed()) {
      try {
        task.call();
      } catch (Exception e) {
        throw new IOException(e);
      }
    }
  }

  private float[][] vectors(int count, int length) {
    float[][] vectors = new float[count][length];
    for (float[] vector : vectors) {
      for (int i = 0; i < length; i++) {
        vector[i] = (float) random.nextGaussian();
      }
    }
    return vectors;
  }

  private static double product(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
