package io.curlew.cur.learn;

import io.curlew.cur.AnchorRows;
import io.curlew.cur.Estimates;
import io.curlew.cur.ModelCall;
import io.curlew.cur.SearchSpace;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.LatentQuery;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The documents as they would be if some anchors were none: one of these asks as a new query does,
 * and its scores, which are known, are the exact ones.
 */
final class HeldOutSpace implements SearchSpace {

  private final SearchSpace whole;
  private final Masked masked;
  private final int anchor;
  private final float @Nullable [] latent;

  /**
   * Anchors without some of them.
   *
   * @param anchors their values are 0 for those held out
   * @param out the ones held out
   */
  record Masked(AnchorSet anchors, BitSet out) {

    float[] mask(float[] values) {
      float[] kept = values.clone();
      out.stream().forEach(a -> kept[a] = 0);
      return kept;
    }

    float[][] mask(float[][] rows) {
      float[][] kept = new float[rows.length][];
      for (int i = 0; i < kept.length; i++) {
        kept[i] = mask(rows[i]);
      }
      return kept;
    }
  }

  /**
   * A query.
   *
   * @param whole the documents as they are
   * @param anchor the one that asks, among those held out
   * @param latent its latent query, which it had no part in, or null
   */
  HeldOutSpace(SearchSpace whole, Masked masked, int anchor, float @Nullable [] latent) {
    this.whole = whole;
    this.masked = masked;
    this.anchor = anchor;
    this.latent = latent;
  }

  @Override
  public AnchorSet anchors() {
    return masked.anchors();
  }

  @Override
  public int size() {
    return whole.size();
  }

  @Override
  public List<String> features() {
    return whole.features();
  }

  @Override
  public int[] list(int feature, int n) throws IOException {
    return whole.list(feature, n);
  }

  @Override
  public @Nullable LatentQuery latent() {
    return latent == null ? null : masked.anchors().latent(masked.mask(latent), 0);
  }

  @Override
  public int[] sample(int n, long seed) throws IOException {
    return whole.sample(n, seed);
  }

  @Override
  public ModelCall score(int[] documents) throws IOException {
    float[][] rows = whole.rows(documents).values();
    float[] scores = new float[rows.length];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = rows[i][anchor];
    }
    return () -> scores;
  }

  /** The best documents by the query's own scores. */
  int[] exactTop(int n) throws IOException {
    float[] own = new float[whole.anchors().size()];
    own[anchor] = 1;
    return whole.top(whole.anchors().latent(own, 0), document -> false, n).documents();
  }

  @Override
  public AnchorRows rows(int[] documents) throws IOException {
    AnchorRows rows = whole.rows(documents);
    return new AnchorRows() {
      @Override
      public float[][] features() throws IOException {
        return rows.features();
      }

      @Override
      public float[][] values() throws IOException {
        return masked.mask(rows.values());
      }

      @Override
      public float[] squaredNorms() throws IOException {
        float[][] values = values();
        float[][] transformed = masked.anchors().statistics().transform(values);
        float[] norms = new float[values.length];
        for (int i = 0; i < norms.length; i++) {
          double sum = 0;
          for (int a = 0; a < values[i].length; a++) {
            sum += (double) values[i][a] * transformed[i][a];
          }
          norms[i] = (float) Math.max(0, sum);
        }
        return norms;
      }
    };
  }

  @Override
  public Estimates top(LatentQuery latent, IntPredicate excluded, int n) throws IOException {
    float[] weights = masked.mask(latent.weights());
    return whole.top(whole.anchors().latent(weights, latent.intercept()), excluded, n);
  }

  @Override
  public List<String> ids(int[] documents) throws IOException {
    return whole.ids(documents);
  }

  @Override
  public void runAll(List<Callable<Boolean>> tasks) throws IOException {
    whole.runAll(tasks);
  }
}
