package io.curlew.lucene;

import io.curlew.cur.AnchorStatistics;
import io.curlew.cur.BestScores;
import io.curlew.cur.Candidates;
import io.curlew.cur.LinearEstimate;
import java.io.IOException;
import java.util.ArrayList;
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

  LuceneCandidates(
      IndexSearcher searcher,
      CurSchema schema,
      AnchorStatistics statistics,
      DocumentText text,
      FixedBitSet accepted,
      DocumentSample sample,
      FirstStage stage,
      String query)
      throws IOException {
    this.searcher = searcher;
    this.text = text;
    this.accepted = accepted;
    this.sample = sample;
    this.ids = new DocumentIds(searcher.getIndexReader(), schema.id());
    this.best = new BestScores(ids::of);
    this.rows = new RowReader(searcher, schema, statistics);
    this.scan = new VectorScan(searcher, schema.anchors(), statistics);
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
    scan.run(estimate.weights(), accepted, estimates);
    int[] likely = likely(estimate, excluded, n);
    float[] likelyScores = new float[likely.length];
    for (int i = 0; i < likely.length; i++) {
      likelyScores[i] = estimates[likely[i]];
    }
    int[] order = new BestScores(some -> ids.of(pick(likely, some))).select(likelyScores, NONE, n);
    int[] documents = pick(likely, order);
    float[] scores = new float[documents.length];
    for (int i = 0; i < documents.length; i++) {
      scores[i] = estimates[documents[i]];
    }
    return new Estimates(documents, scores);
  }

  private static int[] pick(int[] documents, int[] indices) {
    return Arrays.stream(indices).map(i -> documents[i]).toArray();
  }

  /** Completes the estimates, and finds the n best of every range, with their ties; in parallel. */
  private int[] likely(LinearEstimate estimate, BitSet excluded, int n) throws IOException {
    List<Callable<int[]>> ranges = new ArrayList<>();
    for (int from = 0; from < estimates.length; from += RANGE) {
      int first = from;
      int end = Math.min(estimates.length, from + RANGE);
      ranges.add(
          () -> {
            for (int document = first; document < end; document++) {
              float score = firstStage[document];
              estimates[document] +=
                  estimate.intercept()
                      + (Float.isNaN(score) ? 0 : estimate.firstStageWeight() * score);
            }
            return BestScores.atLeastTheBest(estimates, first, end, excluded, n);
          });
    }
    return searcher.getTaskExecutor().invokeAll(ranges).stream()
        .flatMapToInt(Arrays::stream)
        .toArray();
  }

  private static final int RANGE = 16_384;
}
