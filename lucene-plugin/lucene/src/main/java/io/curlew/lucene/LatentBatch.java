package io.curlew.lucene;

import io.curlew.cur.AnchorSet;
import io.curlew.cur.BestScores;
import io.curlew.cur.Candidates.Estimates;
import io.curlew.cur.LinearEstimate;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.util.FixedBitSet;

/** The best documents of several latent queries, by one pass over the rows. */
final class LatentBatch {

  private static final BitSet NONE = new BitSet();

  private final IndexSearcher searcher;
  private final FixedBitSet accepted;
  private final VectorScan scan;
  private final BestScores best;

  LatentBatch(IndexSearcher searcher, CurSchema schema, AnchorSet anchors, FixedBitSet accepted) {
    this.searcher = searcher;
    this.accepted = accepted;
    this.scan = new VectorScan(searcher, schema.anchors(), anchors, Scan.EXACT);
    this.best = new BestScores(new DocumentIds(searcher.getIndexReader(), schema.id())::of);
  }

  List<Estimates> best(List<LinearEstimate> latents, int n) throws IOException {
    float[][] weights = new float[latents.size()][];
    float[][] estimates = new float[latents.size()][searcher.getIndexReader().maxDoc()];
    List<BestScores.Likely> likely = new ArrayList<>();
    for (int q = 0; q < weights.length; q++) {
      weights[q] = latents.get(q).weights();
      likely.add(new BestScores.Likely(estimates[q], NONE, n));
    }
    VectorScan.Look look = (from, to) -> likely.forEach(ofQuery -> ofQuery.add(from, to));
    if (weights.length == 1) {
      scan.run(weights[0], accepted, n, estimates[0], look);
    } else {
      scan.runAll(weights, accepted, estimates, look);
    }
    List<Estimates> all = new ArrayList<>();
    for (int q = 0; q < weights.length; q++) {
      int[] documents = best.select(likely.get(q));
      float[] scores = new float[documents.length];
      for (int i = 0; i < scores.length; i++) {
        scores[i] = estimates[q][documents[i]] + latents.get(q).intercept();
      }
      all.add(new Estimates(documents, scores));
    }
    return all;
  }
}
