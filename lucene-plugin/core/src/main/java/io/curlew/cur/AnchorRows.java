package io.curlew.cur;

import java.io.IOException;

/**
 * The anchor rows of some documents of a {@link SearchSpace}, and their first-stage scores: all
 * that is known of them without the model. What is asked for is read when it is asked for, in the
 * order in which the documents were given.
 */
public interface AnchorRows {

  /** The first-stage scores; 0 for a document that the first stage does not match. */
  float[] firstStage();

  /** The rows, {@code [documents][dimensions]}: as long as weights of a latent query. */
  float[][] values() throws IOException;

  /** |phi|^2 of the rows: {@link io.curlew.cur.anchor.AnchorStatistics#squaredNorm}. */
  float[] squaredNorms() throws IOException;

  /** Products of the rows with vectors, without copying them: {@code [vectors][documents]}. */
  float[][] products(float[][] vectors) throws IOException;
}
