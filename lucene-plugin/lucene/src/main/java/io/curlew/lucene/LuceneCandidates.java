package io.curlew.lucene;

import io.curlew.cur.BestScores;
import io.curlew.cur.Candidates;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.LatentQuery;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.util.FixedBitSet;
import org.jspecify.annotations.Nullable;

/** The documents of an index searcher for one query; ordinals are its document numbers. */
final class LuceneCandidates implements Candidates {

  private static final BitSet NONE = new BitSet();

  /** A graph knows nothing of the first stage's part of an estimate: it is asked for more. */
  private static final int OVERSAMPLING = 2;

  private final IndexSearcher searcher;
  private final DocumentText text;
  private final FixedBitSet accepted;
  private final DocumentSample sample;
  private final DocumentIds ids;
  private final BestScores best;
  private final RowReader rows;
  private final VectorScan scan;
  private final FirstStage stage;
  private final String query;
  private final float[] firstStage; // by document; NaN where it does not match
  private final boolean exact;
  private FixedBitSet pool; // of the accepted, those that scans look at
  private int narrowTo = Integer.MAX_VALUE; // how many the next scan leaves of them

  LuceneCandidates(
      IndexSearcher searcher,
      CurSchema schema,
      AnchorSet anchors,
      DocumentText text,
      FixedBitSet accepted,
      DocumentSample sample,
      FirstStage stage,
      Scan scan,
      String query)
      throws IOException {
    this.searcher = searcher;
    this.text = text;
    this.accepted = accepted;
    this.pool = accepted;
    this.exact = scan == Scan.EXACT;
    this.sample = sample;
    this.ids = new DocumentIds(searcher.getIndexReader(), schema.id());
    this.best = new BestScores(ids::of);
    this.rows = new RowReader(searcher, schema, anchors);
    this.scan = new VectorScan(searcher, schema.anchors(), anchors, scan);
    this.firstStage = new float[searcher.getIndexReader().maxDoc()];
    this.stage = stage;
    this.query = query;
    stage.score(searcher, query, accepted, firstStage);
  }

  @Override
  public int size() {
    return accepted.cardinality();
  }

  @Override
  public int[] firstStage(int n) throws IOException {
    int[] list = best.select(firstStage, NONE, n);
    FirstStage fallback = stage.fallback();
    if (list.length == n || fallback == null) {
      return list;
    }
    BitSet listed = new BitSet();
    Arrays.stream(list).forEach(listed::set);
    float[] scores = new float[firstStage.length];
    fallback.score(searcher, query, accepted, scores);
    int[] filler = best.select(scores, listed, n - list.length);
    return IntStream.concat(Arrays.stream(list), Arrays.stream(filler)).toArray();
  }

  @Override
  public float[] firstStageScores(int[] documents) {
    float[] scores = new float[documents.length];
    for (int i = 0; i < documents.length; i++) {
      float score = firstStage[documents[i]];
      scores[i] = Float.isNaN(score) ? 0 : score;
    }
    return scores;
  }

  @Override
  public int[] sample(int n, long seed) throws IOException {
    return sample.first(n, seed, accepted);
  }

  @Override
  public int[] all() {
    return DocumentSample.documents(accepted);
  }

  @Override
  public float[][] anchorRows(int[] documents) throws IOException {
    return rows.rows(documents);
  }

  @Override
  public float[] squaredNorms(int[] documents) throws IOException {
    return rows.squaredNorms(documents);
  }

  @Override
  public float[][] products(int[] documents, float[][] vectors) throws IOException {
    return rows.products(documents, vectors);
  }

  @Override
  public List<String> texts(int[] documents) throws IOException {
    return text.of(searcher, documents);
  }

  @Override
  public List<String> ids(int[] documents) throws IOException {
    return ids.of(documents);
  }

  @Override
  public Estimates best(LatentQuery estimate, BitSet excluded, int n) throws IOException {
    if (n == 0) {
      return Estimates.NONE;
    }
    BestScores.Likely likely = new BestScores.Likely(excluded, n);
    BestScores.Likely left = left();
    scan.run(
        estimate.weights(),
        pool,
        OVERSAMPLING * n + excluded.cardinality(),
        () -> new Completed(estimate, likely.part(), left == null ? null : left.part()));
    if (left != null) {
      pool = set(left.indices());
    }
    return best.select(likely);
  }

  /** Gathers the documents that later scans look at, or null if they look at the same. */
  private BestScores.@Nullable Likely left() {
    int n = narrowTo;
    narrowTo = Integer.MAX_VALUE;
    return exact && n < pool.cardinality() ? new BestScores.Likely(NONE, n) : null;
  }

  private FixedBitSet set(int[] documents) {
    FixedBitSet set = new FixedBitSet(accepted.length());
    for (int document : documents) {
      set.set(document);
    }
    return set;
  }

  @Override
  public void narrow(int n) {
    narrowTo = n;
  }

  @Override
  public void doAll(List<Callable<Boolean>> work) throws IOException {
    searcher.getTaskExecutor().invokeAll(work);
  }

  /** Adds to products what an estimate knows besides, and gathers the best of a slice. */
  private final class Completed implements VectorScan.Sink {

    private final LatentQuery estimate;
    private final BestScores.Likely.Part likely;
    private final BestScores.Likely.@Nullable Part left;

    Completed(
        LatentQuery estimate,
        BestScores.Likely.Part likely,
        BestScores.Likely.@Nullable Part left) {
      this.estimate = estimate;
      this.likely = likely;
      this.left = left;
    }

    @Override
    public void take(int[] documents, int count, float[] products, int stride) {
      for (int i = 0; i < count; i++) {
        int document = documents[i];
        float score = firstStage[document];
        float estimated =
            products[i]
                + (estimate.intercept()
                    + (Float.isNaN(score) ? 0 : estimate.firstStageWeight() * score));
        likely.add(document, estimated);
        if (left != null) {
          left.add(document, estimated);
        }
      }
    }

    @Override
    public void end() {
      likely.end();
      if (left != null) {
        left.end();
      }
    }
  }
}
