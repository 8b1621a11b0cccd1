package io.curlew.lucene;

import io.curlew.cur.model.TokenVectorModel;
import io.curlew.cur.model.TokenVectors;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Late interaction whose token vectors are random, the same for the same word and seed, and whose
 * scores are computed as plainly as can be.
 */
final class RandomTokenModel implements TokenVectorModel {

  static final int DIMENSION = 24;

  /** Texts that were encoded. */
  final AtomicInteger documents = new AtomicInteger();

  final AtomicInteger queries = new AtomicInteger();
  private final long seed;

  RandomTokenModel(long seed) {
    this.seed = seed;
  }

  @Override
  public String fingerprint() {
    return "random tokens, seed " + seed;
  }

  /** The vectors of the words of a text. */
  float[][] tokens(String text) {
    String[] words = text.split(" ", -1);
    float[][] tokens = new float[words.length][DIMENSION];
    for (int w = 0; w < words.length; w++) {
      Random random = new Random(seed * 31 + words[w].hashCode());
      double squares = 0;
      for (int i = 0; i < DIMENSION; i++) {
        tokens[w][i] = (float) random.nextGaussian();
        squares += tokens[w][i] * tokens[w][i];
      }
      for (int i = 0; i < DIMENSION; i++) {
        tokens[w][i] /= (float) Math.sqrt(squares);
      }
    }
    return tokens;
  }

  /** The mean over a query's tokens of the largest product with one of the document's. */
  static double maxSim(float[][] query, float[][] document) {
    double sum = 0;
    for (float[] q : query) {
      double best = Double.NEGATIVE_INFINITY;
      for (float[] d : document) {
        double product = 0;
        for (int i = 0; i < q.length; i++) {
          product += (double) q[i] * d[i];
        }
        best = Math.max(best, product);
      }
      sum += best;
    }
    return sum / query.length;
  }

  @Override
  public float[][] score(List<String> queryTexts, List<String> texts) {
    return encodeQueries(queryTexts).score(encode(texts));
  }

  @Override
  public TokenVectors encode(List<String> texts) {
    documents.addAndGet(texts.size());
    int[] starts = new int[texts.size() + 1];
    for (int d = 0; d < texts.size(); d++) {
      starts[d + 1] = starts[d] + tokens(texts.get(d)).length;
    }
    float[] values = new float[starts[texts.size()] * DIMENSION];
    for (int d = 0; d < texts.size(); d++) {
      float[][] tokens = tokens(texts.get(d));
      for (int t = 0; t < tokens.length; t++) {
        System.arraycopy(tokens[t], 0, values, (starts[d] + t) * DIMENSION, DIMENSION);
      }
    }
    return new TokenVectors(DIMENSION, values, starts);
  }

  @Override
  public EncodedQueries encodeQueries(List<String> texts) {
    queries.addAndGet(texts.size());
    List<float[][]> encoded = texts.stream().map(this::tokens).toList();
    return given -> {
      float[][] scores = new float[encoded.size()][given.texts()];
      for (int d = 0; d < given.texts(); d++) {
        float[][] tokens = new float[given.tokens(d)][DIMENSION];
        for (int t = 0; t < tokens.length; t++) {
          int from = (given.starts()[d] + t) * DIMENSION;
          System.arraycopy(given.values(), from, tokens[t], 0, DIMENSION);
        }
        for (int q = 0; q < scores.length; q++) {
          scores[q][d] = (float) maxSim(encoded.get(q), tokens);
        }
      }
      return scores;
    };
  }

  @Override
  public void close() {}
}
