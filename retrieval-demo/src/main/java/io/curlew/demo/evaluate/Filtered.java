package io.curlew.demo.evaluate;

import io.curlew.cur.Hit;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.SearchSpace;
import io.curlew.data.TextQuery;
import io.curlew.data.eval.Measures;
import io.curlew.demo.index.CurlewIndex;
import io.curlew.demo.index.DocumentSet;
import io.curlew.demo.index.IndexedDocuments;
import io.curlew.lucene.Feature;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.lucene.search.Query;

/**
 * Adaptive search among the documents that a filter accepts, a random tenth of all: what recall
 * remains of the exact ranking of these.
 *
 * @param documents accepted
 */
record Filtered(int budget, int documents, double recallAt10, double recallAt100) {

  private static final double SHARE = 0.1;

  static Filtered measure(
      CurlewIndex index,
      IndexedDocuments documents,
      List<TextQuery> queries,
      ExactScores exact,
      Methods methods,
      int budget,
      long seed)
      throws IOException {
    Random random = new Random(seed);
    int[] accepted =
        IntStream.range(0, documents.size()).filter(d -> random.nextDouble() < SHARE).toArray();
    if (accepted.length == 0) {
      return new Filtered(budget, 0, Double.NaN, Double.NaN);
    }
    Query filter =
        DocumentSet.of(IntStream.of(accepted).map(d -> documents.numbers()[d]).toArray());
    List<Feature> features = methods.features("adaptive");
    double sum10 = 0;
    double sum100 = 0;
    for (TextQuery query : queries) {
      float[] scores = exact.row(query.text());
      List<String> top =
          IntStream.of(accepted)
              .boxed()
              .sorted(
                  Comparator.comparingDouble((Integer d) -> -scores[d])
                      .thenComparing(documents.ids()::get))
              .limit(Evaluator.DEPTH)
              .map(documents.ids()::get)
              .toList();
      SearchSpace space = index.searcher().space(query.text(), features, exact, filter);
      List<String> found =
          methods
              .search("adaptive", budget)
              .search(space, SearchRequest.of(query.text(), Evaluator.DEPTH, budget))
              .hits()
              .stream()
              .map(Hit::id)
              .toList();
      sum10 += Measures.overlapAt(top, found, 10);
      sum100 += Measures.overlapAt(top, found, 100);
    }
    return new Filtered(budget, accepted.length, sum10 / queries.size(), sum100 / queries.size());
  }
}
