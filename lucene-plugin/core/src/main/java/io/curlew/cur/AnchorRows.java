package io.curlew.cur;

import io.curlew.simd.DotProduct;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The anchor rows of some documents of a {@link SearchSpace}, and their features: all that is known
 * of them without the model. What is asked for is read when it is asked for, in the order in which
 * the documents were given. Rows are centred: the mean row of the anchor set's sample is taken off.
 */
public interface AnchorRows {

  /** The features, {@code [features][documents]}; NaN for a document that one does not match. */
  float[][] features() throws IOException;

  /** The centred rows, {@code [documents][dimensions]}: as long as weights of a latent query. */
  float[][] values() throws IOException;

  /**
   * The rows as they are stored, {@code [documents][]}, where {@link
   * io.curlew.cur.anchor.RowEncoding} makes bytes of them; null where it does not, or where they
   * are not stored: then {@link #values} is all there is.
   */
  default byte @Nullable [][] encoded() throws IOException {
    return null;
  }

  /** |phi|^2 of the rows: {@link io.curlew.cur.anchor.AnchorStatistics#squaredNorm}. */
  float[] squaredNorms() throws IOException;

  /** Products of the centred rows with vectors: {@code [vectors][documents]}. */
  default float[][] products(float[][] vectors) throws IOException {
    DotProduct dotProduct = DotProduct.create();
    float[][] rows = values();
    float[][] products = new float[vectors.length][rows.length];
    for (int v = 0; v < vectors.length; v++) {
      for (int d = 0; d < rows.length; d++) {
        products[v][d] = dotProduct.of(rows[d], vectors[v]);
      }
    }
    return products;
  }
}
