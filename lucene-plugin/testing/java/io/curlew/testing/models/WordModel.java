package io.curlew.testing.models;

import io.curlew.cur.model.InteractionModel;
import io.curlew.cur.model.ModelFactory;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A model of the tests: every word has a random vector, a text is the sum of them, a score is the
 * cosine: from -1 to 1, and of low rank but for the normalisation. Counts its calls, can be slow,
 * and fails on the word {@value #FAILS}.
 */
public final class WordModel implements InteractionModel {

  public static final String FAILS = "unscorable";
  public static final AtomicLong CALLS = new AtomicLong();
  public static final AtomicInteger OPEN = new AtomicInteger();
  public static final AtomicInteger OPENED = new AtomicInteger();
  public static final AtomicLong MICROS_PER_CALL = new AtomicLong();

  /** The length of {@link #vector}. */
  public static final int DIMENSION = 24;

  private static final Map<String, float[]> WORDS = new ConcurrentHashMap<>();

  private final long seed;

  public WordModel(long seed) {
    this.seed = seed;
  }

  /** Opens word models by seed. */
  public static final class Factory implements ModelFactory {
    /** For an engine. */
    public Factory() {}

    @Override
    public InteractionModel open(Map<String, String> arguments) {
      WordModel model = new WordModel(Long.parseLong(arguments.getOrDefault("seed", "1")));
      OPEN.incrementAndGet();
      OPENED.incrementAndGet();
      return model;
    }
  }

  @Override
  public String fingerprint() {
    return "words-" + seed;
  }

  @Override
  public float[][] score(List<String> queries, List<String> documents) {
    CALLS.addAndGet((long) queries.size() * documents.size());
    float[][] scores = new float[queries.size()][documents.size()];
    float[][] vectors = documents.stream().map(this::vector).toArray(float[][]::new);
    for (int q = 0; q < scores.length; q++) {
      float[] query = vector(queries.get(q));
      for (int d = 0; d < vectors.length; d++) {
        scores[q][d] = dot(query, vectors[d]);
      }
    }
    pause(scores.length == 1 ? documents.size() : 0);
    return scores;
  }

  private static void pause(int calls) {
    long micros = MICROS_PER_CALL.get() * calls;
    if (micros > 0) {
      try {
        Thread.sleep(micros / 1000, (int) (micros % 1000) * 1000);
      } catch (InterruptedException e) {
        throw new IllegalStateException("interrupted", e);
      }
    }
  }

  /** Of length 1: scores are dot products. */
  public float[] vector(String text) {
    float[] sum = new float[DIMENSION];
    for (String word : text.toLowerCase(Locale.ROOT).split("\\W+", -1)) {
      if (word.equals(FAILS)) {
        throw new IllegalStateException("cannot score: " + text);
      }
      float[] vector = WORDS.computeIfAbsent(seed + word, WordModel::draw);
      for (int i = 0; i < sum.length; i++) {
        sum[i] += vector[i];
      }
    }
    float norm = (float) Math.sqrt(Math.max(1e-9f, dot(sum, sum)));
    for (int i = 0; i < sum.length; i++) {
      sum[i] /= norm;
    }
    return sum;
  }

  private static float[] draw(String word) {
    Random random = new Random(word.hashCode());
    float[] vector = new float[DIMENSION];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) random.nextGaussian() / (1 + i / 4);
    }
    return vector;
  }

  private static float dot(float[] a, float[] b) {
    float sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  @Override
  public void close() {
    OPEN.decrementAndGet();
  }
}
