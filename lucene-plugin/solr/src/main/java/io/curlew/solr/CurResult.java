package io.curlew.solr;

import io.curlew.cur.Hit;
import io.curlew.cur.SearchResult;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.LatentQuery;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.lucene.search.Explanation;
import org.apache.solr.search.SolrIndexSearcher;
import org.jspecify.annotations.Nullable;

/**
 * What was found, as one core sees it.
 *
 * @param search the whole result; its hits may be on other cores
 * @param hits those on this core, best first
 */
record CurResult(SearchResult search, List<CurHit> hits) {

  private static final int NAMED_ANCHORS = 5;

  /**
   * A hit.
   *
   * @param document the document's number in the core
   * @param firstStage its first-stage score, 0 if there was none
   */
  record CurHit(int document, float firstStage, Hit hit) {}

  /** The share of the exact top that the hits are expected to hold; 1 where all was scored. */
  double expectedRecall() {
    return search.rounds().isEmpty() && search.complete() ? 1 : search.expectedRecall();
  }

  @Nullable CurHit hit(int document) {
    return hits.stream().filter(hit -> hit.document == document).findFirst().orElse(null);
  }

  /** Why a hit has the score that it has; makes no model call. */
  Explanation explain(SolrIndexSearcher searcher, CurSearch asked, CurHit found)
      throws IOException {
    Hit hit = found.hit();
    List<Explanation> details = new ArrayList<>();
    details.add(Explanation.match(found.firstStage(), "first-stage score"));
    LatentQuery estimate = search.estimate();
    if (estimate != null) {
      AnchorSet anchors = CurSearch.type(searcher.getSchema(), asked.field()).anchors();
      float[] row =
          new AnchorRows(searcher, asked.field(), anchors.statistics())
              .rows(new int[] {found.document()})[0];
      details.add(linearForm(anchors, estimate, found.firstStage(), row));
    }
    return Explanation.match(
        hit.score(),
        hit.exact()
            ? "exact score, from the model in round " + hit.round()
            : "estimate, the model was not called for this document",
        details);
  }

  private static Explanation linearForm(
      AnchorSet anchors, LatentQuery estimate, float firstStage, float[] row) {
    float[] weights = estimate.weights();
    double sum = estimate.intercept() + estimate.firstStageWeight() * firstStage;
    for (int a = 0; a < row.length; a++) {
      sum += (double) weights[a] * row[a];
    }
    List<Explanation> named =
        IntStream.range(0, row.length)
            .boxed()
            .sorted(Comparator.comparingDouble(a -> -Math.abs(weights[a] * row[a])))
            .limit(NAMED_ANCHORS)
            .map(
                a ->
                    Explanation.match(
                        weights[a] * row[a],
                        String.format(
                            Locale.ROOT,
                            "weight %.4g times score %.4g of anchor \"%s\"",
                            weights[a],
                            row[a],
                            anchors.queries().get(a))))
            .toList();
    return Explanation.match(sum, "estimate in the linear form, most of it from:", named);
  }
}
