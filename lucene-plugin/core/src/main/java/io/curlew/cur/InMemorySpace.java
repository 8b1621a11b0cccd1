package io.curlew.cur;

import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.LatentQuery;
import io.curlew.simd.DotProduct;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * One query over documents in memory, found by brute force: for small collections and simulations,
 * and the oracle that engines are tested against. Ordinals are places in the arrays.
 */
public final class InMemorySpace implements SearchSpace {

  private static final IntPredicate NONE = document -> false;

  private final Documents documents;
  private final List<String> names;
  private final float[][] features;
  private final @Nullable LatentQuery latent;
  private final Scores scores;
  private final BestScores best;

  /** Gives exact scores. */
  @FunctionalInterface
  public interface Scores {
    /** The scores of some documents, in the order given. */
    float[] of(int[] documents);
  }

  /**
   * The documents of all queries.
   *
   * @param centred rows less the mean, {@code [documents][dimensions]}
   * @param ids external ids, by which ties are sorted
   */
  public record Documents(
      AnchorSet anchors, float[][] centred, float[] squaredNorms, List<String> ids) {

    /** Documents with these rows of floats. */
    public static Documents of(AnchorSet anchors, float[][] rows, List<String> ids) {
      float[][] centred = new float[rows.length][];
      float[] norms = new float[rows.length];
      for (int d = 0; d < rows.length; d++) {
        centred[d] = anchors.statistics().centre(rows[d]);
        norms[d] = anchors.statistics().squaredNorm(rows[d]);
      }
      return new Documents(anchors, centred, norms, List.copyOf(ids));
    }
  }

  /**
   * A query.
   *
   * @param names of the features
   * @param features {@code [features][documents]}; NaN where one does not match
   * @param latent the learned latent query, or null
   */
  public InMemorySpace(
      Documents documents,
      List<String> names,
      float[][] features,
      @Nullable LatentQuery latent,
      Scores scores) {
    this.documents = documents;
    this.names = List.copyOf(names);
    this.features = features;
    this.latent = latent;
    this.scores = scores;
    this.best = new BestScores(this::ids);
  }

  @Override
  public AnchorSet anchors() {
    return documents.anchors();
  }

  @Override
  public int size() {
    return documents.centred().length;
  }

  @Override
  public List<String> features() {
    return names;
  }

  @Override
  public int[] list(int feature, int n) throws IOException {
    return best.select(features[feature], NONE, n);
  }

  @Override
  public @Nullable LatentQuery latent() {
    return latent;
  }

  @Override
  public int[] sample(int n, long seed) {
    return Arrays.stream(DocumentSample.order(documents.ids(), seed)).limit(n).toArray();
  }

  @Override
  public ModelCall score(int[] some) {
    return () -> scores.of(some);
  }

  @Override
  public List<String> ids(int[] some) {
    return Arrays.stream(some).mapToObj(documents.ids()::get).toList();
  }

  @Override
  public AnchorRows rows(int[] some) {
    return new AnchorRows() {
      @Override
      public float[][] features() {
        return Arrays.stream(features)
            .map(values -> FirstStage.pick(values, some))
            .toArray(float[][]::new);
      }

      @Override
      public float[][] values() {
        return Arrays.stream(some).mapToObj(d -> documents.centred()[d]).toArray(float[][]::new);
      }

      @Override
      public float[] squaredNorms() {
        return FirstStage.pick(documents.squaredNorms(), some);
      }
    };
  }

  @Override
  public Estimates top(LatentQuery query, IntPredicate excluded, int n) throws IOException {
    anchors().check(query);
    if (n == 0) {
      return Estimates.NONE;
    }
    DotProduct dotProduct = DotProduct.create();
    float[][] rows = documents.centred();
    float[] estimates = new float[rows.length];
    for (int d = 0; d < estimates.length; d++) {
      estimates[d] = dotProduct.of(rows[d], query.weights()) + query.intercept();
    }
    BestScores.Likely likely = new BestScores.Likely(excluded, n);
    likely.add(estimates, 0, estimates.length);
    return best.select(likely);
  }
}
