package io.curlew.lucene.rows;

import io.curlew.cur.BestScores;
import io.curlew.cur.Estimates;
import io.curlew.cur.anchor.LatentQuery;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/** The best documents of several latent queries, by one pass over the rows. */
final class LatentBatch {

  private static final IntPredicate NONE = document -> false;

  private LatentBatch() {}

  static List<Estimates> best(IndexView view, List<LatentQuery> latents, int n) throws IOException {
    float[][] weights = new float[latents.size()][];
    List<BestScores.Likely> likely = new ArrayList<>();
    for (int q = 0; q < weights.length; q++) {
      weights[q] = latents.get(q).weights();
      likely.add(new BestScores.Likely(NONE, n));
    }
    if (weights.length == 1) {
      view.scan().run(weights[0], view.searchable(), () -> new Parts(likely));
    } else {
      view.scan().runAll(weights, view.searchable(), () -> new Parts(likely));
    }
    BestScores best = new BestScores(view.ids());
    List<Estimates> all = new ArrayList<>();
    for (int q = 0; q < weights.length; q++) {
      Estimates found = best.select(likely.get(q));
      float[] scores = found.scores();
      for (int i = 0; i < scores.length; i++) {
        scores[i] += latents.get(q).intercept();
      }
      all.add(found);
    }
    return all;
  }

  /** What one thread finds for each latent query. */
  private static final class Parts implements VectorScan.Sink {

    private final BestScores.Likely.Part[] parts;
    private final float[] floors;

    Parts(List<BestScores.Likely> likely) {
      this.parts =
          likely.stream().map(BestScores.Likely::part).toArray(BestScores.Likely.Part[]::new);
      this.floors = new float[parts.length];
      for (int q = 0; q < parts.length; q++) {
        floors[q] = parts[q].floor();
      }
    }

    @Override
    public void take(int[] documents, int count, float[] products, int stride) {
      for (int i = 0; i < count; i++) {
        for (int q = 0; q < floors.length; q++) {
          float score = products[i * stride + q];
          if (score >= floors[q]) {
            parts[q].add(documents[i], score);
            floors[q] = parts[q].floor();
          }
        }
      }
    }

    @Override
    public void end() {
      for (BestScores.Likely.Part part : parts) {
        part.end();
      }
    }
  }
}
