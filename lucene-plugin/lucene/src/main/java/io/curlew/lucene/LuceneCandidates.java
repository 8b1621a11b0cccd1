package io.curlew.lucene;

import io.curlew.cur.AnchorSet;
import io.curlew.cur.BestScores;
import io.curlew.cur.Candidates;
import io.curlew.cur.LinearEstimate;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.util.FixedBitSet;

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
  private final float[] estimates; // by document; overwritten by every scan
  private final boolean exact;
  private FixedBitSet pool; // of the accepted, those that scans look at

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
    this.estimates = new float[firstStage.length];
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
    fallback.score(searcher, query, accepted, estimates);
    int[] filler = best.select(estimates, listed, n - list.length);
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
  public Estimates best(LinearEstimate estimate, BitSet excluded, int n) throws IOException {
    if (n == 0) {
      return Estimates.NONE;
    }
    BestScores.Likely likely = new BestScores.Likely(excluded, n);
    scan.run(
        estimate.weights(),
        pool,
        OVERSAMPLING * n + excluded.cardinality(),
        estimates,
        (from, to) -> {
          complete(estimate, from, to);
          likely.add(estimates, from, to);
        });
    return best.select(likely);
  }

  @Override
  public void narrow(LinearEstimate estimate, int n) {
    if (exact && n < pool.cardinality()) {
      pool = HighestScores.of(estimates, n);
    }
  }

  @Override
  public void doAll(List<Callable<Boolean>> work) throws IOException {
    searcher.getTaskExecutor().invokeAll(work);
  }

  private void complete(LinearEstimate estimate, int from, int to) {
    for (int document = from; document < to; document++) {
      float score = firstStage[document];
      estimates[document] +=
          estimate.intercept() + (Float.isNaN(score) ? 0 : estimate.firstStageWeight() * score);
    }
  }
}
