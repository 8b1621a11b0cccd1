package io.curlew.solr;

import io.curlew.cur.Hit;
import io.curlew.cur.SearchResult;
import io.curlew.cur.anchor.LatentQuery;
import io.curlew.lucene.rows.HitExplanation;
import io.curlew.lucene.rows.IndexView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
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

  /**
   * A hit.
   *
   * @param document the document's number in the core
   * @param features the values of its features, 0 where one does not match
   */
  record CurHit(int document, float[] features, Hit hit) {}

  /** The share of the exact top that the hits are expected to hold; 1 where all was scored. */
  double expectedRecall() {
    return search.rounds().isEmpty() && search.complete() ? 1 : search.expectedRecall();
  }

  @Nullable CurHit hit(int document) {
    return hits.stream().filter(hit -> hit.document == document).findFirst().orElse(null);
  }

  /** Why a hit has the score that it has; makes no model call. */
  Explanation explain(SolrIndexSearcher searcher, CurPlan plan, CurHit found) throws IOException {
    IndexView view = Documents.view(searcher, plan.search().field());
    LatentQuery estimate = search.estimate();
    return HitExplanation.of(
        view.anchors(),
        found.hit(),
        features(plan, found),
        estimate,
        estimate == null ? new float[0] : view.rows().values(new int[] {found.document()})[0]);
  }

  private static List<Explanation> features(CurPlan plan, CurHit found) {
    List<Explanation> values = new ArrayList<>();
    for (int f = 0; f < found.features().length; f++) {
      values.add(
          Explanation.match(
              found.features()[f], "feature \"" + plan.features().get(f).name() + '"'));
    }
    return values;
  }
}
