package io.curlew.cur.fit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.curlew.cur.anchor.AnchorStatistics;
import io.curlew.testing.Seeds;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.junit.jupiter.api.Test;

/** Against the formulas, by a dense inverse; before and after rows are added to a fit. */
class KernelRegressionTest {

  private static final int ANCHORS = 23;
  private static final int UNSEEN = 70; // more than lie side by side, and not a multiple

  /** Distances are of floats. */
  private static final double TOLERANCE = 0.002;

  private static final int[] SIZES = {1, 2, 3, 4, 5, 9, 41, 43, 60};

  private final Random random = Seeds.random();
  private final float[][] all = rows(SIZES[SIZES.length - 1] + UNSEEN);
  private final AnchorStatistics statistics = AnchorStatistics.of(all);
  private final float[][] centred =
      Arrays.stream(all).map(statistics::centre).toArray(float[][]::new);
  private final double[] targets = random.doubles(all.length, -3, 3).toArray();

  @Test
  void estimatesAndDeviationsAreThoseOfTheFormulas() {
    for (int first : SIZES) {
      KernelRegression kernel = new KernelRegression(SIZES[SIZES.length - 1]);
      double gamma = Double.NaN;
      int fitted = 0;
      for (int size : Arrays.stream(SIZES).filter(size -> size >= first).toArray()) {
        for (int i = fitted; i < size; i++) {
          kernel.add(products(i));
        }
        boolean chooses = fitted == 0;
        kernel.fit(Arrays.copyOf(targets, size), chooses);
        gamma = chooses ? gamma(size) : gamma; // as it was chosen
        check(kernel, size, gamma);
        fitted = size;
      }
    }
  }

  private void check(KernelRegression kernel, int size, double gamma) {
    double lambda = kernel.lambda();
    DMatrixRMaj inverse = new DMatrixRMaj(size, size);
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        inverse.set(i, j, i == j ? 1 + lambda : kernel(gamma, i, j));
      }
    }
    CommonOps_DDRM.invert(inverse);
    double[] alpha = new double[size];
    double squaredLoo = 0;
    double signal = 0;
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        alpha[i] += inverse.get(i, j) * targets[j];
      }
      double residual = alpha[i] / inverse.get(i, i);
      assertEquals(residual, kernel.looResiduals()[i], TOLERANCE);
      squaredLoo += residual * residual;
      signal += alpha[i] * residual / size;
    }
    assertEquals(Math.sqrt(squaredLoo / size), kernel.looError(), TOLERANCE);

    int[] unseen = IntStream.range(all.length - UNSEEN, all.length).toArray();
    float[][] transformed = statistics.transform(Arrays.copyOf(centred, size));
    float[][] products = new float[size][UNSEEN];
    float[] norms = new float[UNSEEN];
    for (int d = 0; d < UNSEEN; d++) {
      norms[d] = statistics.squaredNorm(all[unseen[d]]);
      for (int j = 0; j < size; j++) {
        products[j][d] = (float) dot(transformed[j], centred[unseen[d]]);
      }
    }
    float[] estimates = new float[UNSEEN];
    kernel.addEstimates(products, norms, UNSEEN, estimates);
    double[] deviations = kernel.deviations(products, norms, IntStream.range(0, UNSEEN).toArray());
    for (int d = 0; d < UNSEEN; d++) {
      double estimate = 0;
      double explained = 0;
      for (int i = 0; i < size; i++) {
        double k = kernel(gamma, unseen[d], i);
        estimate += alpha[i] * k;
        for (int j = 0; j < size; j++) {
          explained += k * inverse.get(i, j) * kernel(gamma, unseen[d], j);
        }
      }
      assertEquals(estimate, estimates[d], TOLERANCE);
      assertEquals(Math.sqrt(signal * (1 - explained + lambda)), deviations[d], TOLERANCE);
    }
  }

  private float[] products(int i) {
    float[] transformed = statistics.transform(new float[][] {centred[i]})[0];
    float[] products = new float[i + 1];
    for (int j = 0; j <= i; j++) {
      products[j] = (float) dot(transformed, centred[j]);
    }
    return products;
  }

  /** Half the inverse of the mean squared distance, times one half. */
  private double gamma(int size) {
    double sum = 0;
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < i; j++) {
        sum += squaredDistance(i, j);
      }
    }
    double mean = 2 * sum / (size * (size - 1.0));
    return size < 2 ? 1 : 0.25 / mean;
  }

  private double kernel(double gamma, int i, int j) {
    return Math.pow(1 + gamma / 4 * squaredDistance(i, j), -4);
  }

  private double squaredDistance(int i, int j) {
    float[] x = centred[i];
    float[] y = centred[j];
    float[] difference = new float[x.length];
    for (int a = 0; a < x.length; a++) {
      difference[a] = x[a] - y[a];
    }
    return dot(difference, statistics.transform(new float[][] {difference})[0]);
  }

  private static double dot(float[] x, float[] y) {
    double sum = 0;
    for (int a = 0; a < x.length; a++) {
      sum += (double) x[a] * y[a];
    }
    return sum;
  }

  private float[][] rows(int count) {
    float[][] rows = new float[count][ANCHORS];
    for (float[] row : rows) {
      for (int a = 0; a < ANCHORS; a++) {
        row[a] = (float) (random.nextGaussian() / (1 + a));
      }
    }
    return rows;
  }
}
