package io.curlew.attention.scoring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FixedDimensionalEncoderTest {

  private static final int DIMENSION = 24;
  private static final long SEED = System.nanoTime();
  private final Random random = new Random(SEED);

  /** Every cell of a document of one token holds that token, so nothing is lost. */
  @Test
  void isExactForDocumentsOfOneToken() {
    FixedDimensionalEncoder encoder =
        FixedDimensionalEncoder.create(DIMENSION, 3, 4, DIMENSION, SEED);
    for (int trial = 0; trial < 20; trial++) {
      EncodedText query = text(1 + random.nextInt(9));
      EncodedText document = text(1);
      assertEquals(
          maxSim(query, document),
          dot(encoder.query(query), encoder.document(document)),
          1e-5,
          "seed " + SEED);
    }
  }

  /** Without hyperplanes there is one cell: the mean token against the mean token. */
  @Test
  void isTheProductOfMeansWithoutPlanes() {
    FixedDimensionalEncoder encoder =
        FixedDimensionalEncoder.create(DIMENSION, 1, 0, DIMENSION, SEED);
    EncodedText query = text(5);
    EncodedText document = text(7);
    double expected = 0;
    for (int i = 0; i < 5; i++) {
      for (int j = 0; j < 7; j++) {
        expected += product(query, i, document, j) / 35;
      }
    }
    assertEquals(
        expected, dot(encoder.query(query), encoder.document(document)), 1e-5, "seed " + SEED);
  }

  /** More repetitions follow MaxSim ever better, and better than the product of means. */
  @Test
  void followsMaxSimBetterWithMoreRepetitions() {
    EncodedText query = text(6);
    EncodedText[] documents = new EncodedText[300];
    Arrays.setAll(documents, d -> near(query, 8));
    double[] exact =
        Arrays.stream(documents).mapToDouble(document -> maxSim(query, document)).toArray();
    double few = correlation(exact, scores(2, 4, query, documents));
    double many = correlation(exact, scores(60, 4, query, documents));
    double means = correlation(exact, scores(1, 0, query, documents));
    assertTrue(many > few && many > means && many > 0.7, few + " " + many + " " + means + SEED);
  }

  @Test
  void refusesWhatItCannotDo() {
    assertThrows(
        IllegalArgumentException.class, () -> FixedDimensionalEncoder.create(0, 1, 1, 1, 1));
    assertThrows(
        IllegalArgumentException.class, () -> FixedDimensionalEncoder.create(8, 0, 1, 1, 1));
    assertThrows(
        IllegalArgumentException.class, () -> FixedDimensionalEncoder.create(8, 1, 11, 1, 1));
    assertThrows(
        IllegalArgumentException.class, () -> FixedDimensionalEncoder.create(8, 1, 1, 9, 1));
    FixedDimensionalEncoder encoder = FixedDimensionalEncoder.create(8, 1, 1, 1, 1);
    assertThrows(IllegalArgumentException.class, () -> encoder.query(text(1)));
  }

  private double[] scores(int repetitions, int planes, EncodedText query, EncodedText[] documents) {
    FixedDimensionalEncoder encoder =
        FixedDimensionalEncoder.create(DIMENSION, repetitions, planes, DIMENSION, SEED);
    float[] encoded = encoder.query(query);
    return Arrays.stream(documents)
        .mapToDouble(document -> dot(encoded, encoder.document(document)))
        .toArray();
  }

  private EncodedText text(int tokens) {
    float[] raw = new float[tokens * DIMENSION];
    for (int i = 0; i < raw.length; i++) {
      raw[i] = (float) random.nextGaussian();
    }
    return EncodedText.of(raw, new boolean[tokens]);
  }

  /** Some tokens are a query's with noise, others have nothing to do with it. */
  private EncodedText near(EncodedText query, int tokens) {
    float[] raw = text(tokens).embeddings();
    float[] vectors = query.embeddings();
    int related = random.nextInt(query.tokens() + 1);
    for (int i = 0; i < related * DIMENSION; i++) {
      raw[i] = vectors[i] + 0.1f * (float) random.nextGaussian();
    }
    return EncodedText.of(raw, new boolean[tokens]);
  }

  private static double maxSim(EncodedText query, EncodedText document) {
    double sum = 0;
    for (int i = 0; i < query.tokens(); i++) {
      double best = Double.NEGATIVE_INFINITY;
      for (int j = 0; j < document.tokens(); j++) {
        best = Math.max(best, product(query, i, document, j));
      }
      sum += best;
    }
    return sum / query.tokens();
  }

  private static double product(EncodedText a, int i, EncodedText b, int j) {
    double sum = 0;
    for (int x = 0; x < DIMENSION; x++) {
      sum += (double) a.vectors()[i * DIMENSION + x] * b.vectors()[j * DIMENSION + x];
    }
    return sum;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  private static double correlation(double[] x, double[] y) {
    double mx = Arrays.stream(x).average().orElse(0);
    double my = Arrays.stream(y).average().orElse(0);
    double xx = 0;
    double yy = 0;
    double xy = 0;
    for (int i = 0; i < x.length; i++) {
      xx += (x[i] - mx) * (x[i] - mx);
      yy += (y[i] - my) * (y[i] - my);
      xy += (x[i] - mx) * (y[i] - my);
    }
    return xy / Math.sqrt(xx * yy);
  }
}
