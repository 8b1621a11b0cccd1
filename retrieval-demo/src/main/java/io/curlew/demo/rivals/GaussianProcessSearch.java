package io.curlew.demo.rivals;

import io.curlew.cur.BestScores;
import io.curlew.cur.Estimates;
import io.curlew.cur.FirstStage;
import io.curlew.cur.ScoredDocuments;
import io.curlew.cur.SearchMethod;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.SearchResult;
import io.curlew.cur.SearchResult.Stop;
import io.curlew.cur.SearchSpace;
import io.curlew.lucene.TextEmbedder;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Bayesian active learning with a Gaussian process over dense vectors (BAGEL): after the head of
 * the list, each batch is of the documents with the highest upper confidence bound, posterior mean
 * plus deviation; documents that were not scored are ranked by posterior mean. J. Kim, A. Korikov,
 * J. Liang, J. Cui, Y. S. Liu, Q. Wen, M. Zhao, S. Sanner, "Bayesian active learning with Gaussian
 * processes guided by LLM relevance scoring for dense passage retrieval", Findings of ACL 2026,
 * arXiv 2604.17906.
 *
 * <p>Ours: candidates and the first batch are heads of the hybrid list, the kernel is chosen as
 * {@link RelevanceProcess} says, a batch is a tenth of the budget, the weight of the deviation is
 * {@value #DEVIATIONS}.
 *
 * @param vectors of documents
 * @param embedder of queries, whose vectors are compared with them
 */
public record GaussianProcessSearch(DenseVectors vectors, TextEmbedder embedder)
    implements SearchMethod {

  /** Documents that are looked at, the head of the hybrid list, at least. */
  private static final int CANDIDATES = 1000;

  private static final int ROUNDS = 10;
  private static final double DEVIATIONS = 1;

  @Override
  public SearchResult search(SearchSpace space, SearchRequest request) throws IOException {
    ScoredDocuments scored = ScoredDocuments.withinBudget(space, request);
    int calls = scored.remainingCalls();
    if (calls == 0) {
      return scored.result(Estimates.NONE, Stop.BUDGET);
    }
    int size = Math.max(CANDIDATES, Math.max(calls, request.k()));
    int[] pool = FirstStage.hybrid(space, size).documents();
    scored.firstStage(pool);
    float[] query = embedder.embed(List.of(request.query()))[0];
    RelevanceProcess process = new RelevanceProcess(vectors.of(pool, query.length), query, calls);
    BitSet taken = new BitSet();
    int[] places = new int[calls]; // of scored documents in the pool
    int batch = Math.ceilDiv(calls, ROUNDS);
    for (int i = 0; i < batch; i++) {
      places[i] = i;
    }
    boolean inTime = scored.score(Arrays.copyOf(pool, batch));
    while (inTime) {
      int[] known = Arrays.copyOf(places, scored.size());
      Arrays.stream(known).forEach(taken::set);
      process.fit(known, scored.scores());
      int n = Math.min(batch, scored.remainingCalls());
      if (n == 0) {
        break;
      }
      int[] next = best(process, DEVIATIONS, pool.length, taken, n);
      System.arraycopy(next, 0, places, scored.size(), next.length);
      inTime = scored.score(estimates(process, pool, next));
    }
    int[] others = inTime ? best(process, 0, pool.length, taken, request.k()) : new int[0];
    return scored.result(estimates(process, pool, others), inTime ? Stop.BUDGET : Stop.TIMEOUT);
  }

  /** The n places with the highest means plus deviations, ties in the order of the pool. */
  private static int[] best(
      RelevanceProcess process, double deviations, int size, BitSet taken, int n)
      throws IOException {
    float[] bounds = new float[size];
    for (int place = 0; place < size; place++) {
      bounds[place] = (float) (process.mean(place) + deviations * process.deviation(place));
    }
    return new BestScores().select(bounds, taken::get, n);
  }

  private static Estimates estimates(RelevanceProcess process, int[] pool, int[] places) {
    int[] documents = new int[places.length];
    float[] means = new float[places.length];
    for (int i = 0; i < places.length; i++) {
      documents[i] = pool[places[i]];
      means[i] = process.mean(places[i]);
    }
    return new Estimates(documents, means);
  }
}
