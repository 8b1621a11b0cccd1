package io.curlew.demo.rivals;

import io.curlew.simd.DotProduct;
import java.util.Arrays;

/**
 * A {@link GaussianProcess} of one query's scores over the dense vectors of a pool of documents,
 * with a {@link RadialKernel}. The query's own vector is observed first, with the highest score of
 * all documents scored so far. Scores are standardised by those seen, so that what is far from all
 * of them has their mean.
 *
 * <p>The kernel is chosen anew at every fit until there are {@value #CHOSEN_ON} observations, and
 * then kept. Cost of n observations of a pool: n vector products and n^2 / 2 multiplications for
 * each of its documents. Not safe for use by several threads.
 */
final class RelevanceProcess {

  /** Observations from which on the kernel is kept. */
  static final int CHOSEN_ON = 128;

  private final DotProduct products = DotProduct.create();
  private final int dimension;
  private final float[] vectors; // of the pool and the query, one behind the other
  private final float[] squaredNorms;
  private final int[] observed; // places, the query first
  private final float[][] distances; // squared, of observed to all
  private int size; // observed

  private RadialKernel kernel = new RadialKernel(1, 1);
  private GaussianProcess process;
  private double centre;
  private double unit = 1;
  private double[] means = new double[0];

  /**
   * Nothing is scored yet.
   *
   * @param pool the vectors of its documents
   * @param query its vector
   * @param capacity the largest number of scores that there will be
   */
  RelevanceProcess(float[][] pool, float[] query, int capacity) {
    this.dimension = query.length;
    this.observed = new int[capacity + 1];
    this.distances = new float[capacity + 1][];
    this.vectors = new float[(pool.length + 1) * dimension];
    this.squaredNorms = new float[pool.length + 1];
    for (int i = 0; i < squaredNorms.length; i++) {
      float[] vector = i < pool.length ? pool[i] : query;
      System.arraycopy(vector, 0, vectors, i * dimension, dimension);
      squaredNorms[i] = products.of(vector, vector);
    }
    this.process = newProcess();
    observe(pool.length);
  }

  /**
   * Fits all documents scored so far.
   *
   * @param places of theirs in the pool, in the order of earlier fits, at least one
   * @param scores theirs
   */
  void fit(int[] places, float[] scores) {
    for (int i = size - 1; i < places.length; i++) {
      observe(places[i]);
    }
    double[] values = standardised(scores);
    if (process.size() < CHOSEN_ON) {
      kernel = RadialKernel.mostLikely(among(), values);
      process = newProcess();
    }
    for (int i = process.size(); i < size; i++) {
      process.observe(observed[i], kernel.of(distances[i]));
    }
    means = process.means(values);
  }

  /** The expected score of a document of the pool. */
  float mean(int place) {
    return (float) (centre + unit * means[place]);
  }

  /** The standard deviation of a document's score about its mean. */
  double deviation(int place) {
    return unit * process.deviation(place);
  }

  private GaussianProcess newProcess() {
    return new GaussianProcess(squaredNorms.length, observed.length, kernel.noise());
  }

  private void observe(int place) {
    float[] vector = Arrays.copyOfRange(vectors, place * dimension, (place + 1) * dimension);
    float[] squared = new float[squaredNorms.length];
    products.ofRows(vectors, squared.length, vector, squared);
    for (int i = 0; i < squared.length; i++) {
      squared[i] = Math.max(0, squaredNorms[i] + squaredNorms[place] - 2 * squared[i]);
    }
    squared[place] = 0;
    observed[size] = place;
    distances[size++] = squared;
  }

  /** The scores in units of their deviation from their mean, and before them the highest. */
  private double[] standardised(float[] scores) {
    double sum = 0;
    double highest = scores[0];
    for (float score : scores) {
      sum += score;
      highest = Math.max(highest, score);
    }
    centre = sum / scores.length;
    double squares = 0;
    for (float score : scores) {
      squares += (score - centre) * (score - centre);
    }
    unit = squares > 0 ? Math.sqrt(squares / scores.length) : 1;
    double[] values = new double[scores.length + 1];
    values[0] = (highest - centre) / unit;
    for (int i = 0; i < scores.length; i++) {
      values[i + 1] = (scores[i] - centre) / unit;
    }
    return values;
  }

  /** The squared distances among the observed. */
  private float[][] among() {
    float[][] among = new float[size][size];
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        among[i][j] = distances[i][observed[j]];
      }
    }
    return among;
  }
}
