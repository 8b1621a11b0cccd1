package io.curlew.lucene.rows;

import io.curlew.cur.AnchorRows;
import io.curlew.cur.BestScores;
import io.curlew.cur.Estimates;
import io.curlew.cur.ModelCall;
import io.curlew.cur.ModelCalls;
import io.curlew.cur.SearchSpace;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.IncompatibleIndexException;
import io.curlew.cur.anchor.LatentMap;
import io.curlew.cur.anchor.LatentQuery;
import io.curlew.cur.anchor.RowEncoding;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.IntPredicate;
import org.apache.lucene.util.FixedBitSet;
import org.jspecify.annotations.Nullable;

/** The documents of an index for one query; ordinals are its document numbers. */
public final class LuceneSearchSpace implements SearchSpace {

  /**
   * Documents whose rows are read after a scan of sketches, at least, and for each wanted. On
   * 117,791 WordNet senses, 300 training queries, BM25 alone, 200 calls, scans of all rows find
   * .9237 / .7079 (recall@10 / @100), with 3,000 candidates .9223 / .7058, with 1,200 .9177 /
   * .7025.
   */
  private static final int LEAST_CANDIDATES = 3000;

  private static final int CANDIDATES_FOR_ONE = 4;

  /** With fewer documents a scan of all rows takes about as long. */
  private static final int DOCUMENTS_FOR_A_CANDIDATE = 8;

  private final IndexView view;
  private final FixedBitSet accepted;
  private final List<String> names;
  private final List<FeatureScores> features;
  private final ModelCalls calls;
  private final BestScores best;

  LuceneSearchSpace(
      IndexView view, FixedBitSet accepted, Map<String, FeatureScores> features, ModelCalls calls) {
    this.view = view;
    this.accepted = accepted;
    this.names = List.copyOf(features.keySet());
    this.features = List.copyOf(features.values());
    this.calls = calls;
    this.best = new BestScores(view.ids());
  }

  /**
   * Checks that a model answers queries for an index.
   *
   * @param fingerprint the model's
   * @throws IncompatibleIndexException naming both fingerprints if it does not
   */
  public static void checkQueryModel(AnchorSet anchors, String fingerprint)
      throws IncompatibleIndexException {
    if (!fingerprint.equals(anchors.queryModelFingerprint())) {
      throw new IncompatibleIndexException(
          "model must be the query model of the anchor set, "
              + anchors.queryModelFingerprint()
              + ", got: "
              + fingerprint);
    }
  }

  @Override
  public AnchorSet anchors() {
    return view.anchors();
  }

  @Override
  public int size() {
    return accepted.cardinality();
  }

  /** Whether a document is among them. */
  public boolean accepts(int document) {
    return document < accepted.length() && accepted.get(document);
  }

  @Override
  public List<String> features() {
    return names;
  }

  @Override
  public int[] list(int feature, int n) throws IOException {
    return features.get(feature).list(n);
  }

  @Override
  public @Nullable LatentQuery latent() throws IOException {
    LatentMap map = anchors().learned().latent();
    float[] vector = map == null ? null : vector();
    return map == null || vector == null || vector.length != map.vectorDimension()
        ? null
        : anchors().latent(map.weights(vector), 0);
  }

  /** The query's dense vector, or null if no feature compares vectors. */
  public float @Nullable [] vector() throws IOException {
    for (FeatureScores feature : features) {
      float[] vector = feature.vector();
      if (vector != null) {
        return vector;
      }
    }
    return null;
  }

  @Override
  public int[] sample(int n, long seed) throws IOException {
    return view.sample(n, seed, accepted);
  }

  @Override
  public ModelCall score(int[] documents) throws IOException {
    return calls.of(documents);
  }

  @Override
  public AnchorRows rows(int[] documents) {
    RowReader reader = view.rows();
    return new AnchorRows() {
      @Override
      public float[][] features() throws IOException {
        float[][] scores = new float[features.size()][];
        for (int f = 0; f < scores.length; f++) {
          scores[f] = features.get(f).of(documents);
        }
        return scores;
      }

      @Override
      public float[][] values() throws IOException {
        return reader.centred(documents);
      }

      @Override
      public byte @Nullable [][] encoded() throws IOException {
        return anchors().encoding().isBytes() ? reader.encoded(documents) : null;
      }

      @Override
      public float[] squaredNorms() throws IOException {
        return reader.squaredNorms(documents);
      }
    };
  }

  @Override
  public List<String> ids(int[] documents) throws IOException {
    return view.ids(documents);
  }

  /**
   * Finds them by all rows, or where these are long and documents many the most likely ones by
   * their sketches, a fraction of the bytes, and the best of those by their rows.
   */
  @Override
  public Estimates top(LatentQuery latent, IntPredicate excluded, int n) throws IOException {
    anchors().check(latent);
    if (n == 0) {
      return Estimates.NONE;
    }
    RowEncoding sketch = anchors().sketch();
    int candidates = Math.max(LEAST_CANDIDATES, CANDIDATES_FOR_ONE * n);
    if (sketch == null || size() < DOCUMENTS_FOR_A_CANDIDATE * (long) candidates) {
      return best(view.scan(), latent.weights(), latent.intercept(), excluded, n);
    }
    int[] documents =
        best(view.scanOfSketches(sketch), sketch.project(latent.weights()), 0, excluded, candidates)
            .documents();
    float[] scores = view.rows().products(documents, latent.weights());
    for (int i = 0; i < scores.length; i++) {
      scores[i] += latent.intercept();
    }
    int[] order =
        new BestScores(places -> view.ids(pick(documents, places)))
            .select(scores, place -> false, n);
    float[] ordered = new float[order.length];
    for (int i = 0; i < order.length; i++) {
      ordered[i] = scores[order[i]];
    }
    return new Estimates(pick(documents, order), ordered);
  }

  private static int[] pick(int[] documents, int[] places) {
    return Arrays.stream(places).map(place -> documents[place]).toArray();
  }

  private Estimates best(
      VectorScan scan, float[] weights, float intercept, IntPredicate excluded, int n)
      throws IOException {
    BestScores.Likely likely = new BestScores.Likely(excluded, n);
    scan.run(weights, accepted, () -> new Completed(intercept, likely.part()));
    return best.select(likely);
  }

  @Override
  public void runAll(List<Callable<Boolean>> tasks) throws IOException {
    view.searcher().getTaskExecutor().invokeAll(tasks);
  }

  /** Gathers the best estimates of a slice. */
  private static final class Completed implements VectorScan.Sink {

    private final float intercept;
    private final BestScores.Likely.Part likely;

    Completed(float intercept, BestScores.Likely.Part likely) {
      this.intercept = intercept;
      this.likely = likely;
    }

    @Override
    public void take(int[] documents, int count, float[] products, int stride) {
      for (int i = 0; i < count; i++) {
        likely.add(documents[i], products[i] + intercept);
      }
    }

    @Override
    public void end() {
      likely.end();
    }
  }
}
