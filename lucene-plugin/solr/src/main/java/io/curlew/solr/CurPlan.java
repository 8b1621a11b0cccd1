package io.curlew.solr;

import io.curlew.lucene.rows.FeatureScores;
import io.curlew.lucene.rows.IndexView;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.lucene.search.Query;
import org.apache.lucene.util.FixedBitSet;

/** A query that is a search: what a parser has read, before anything is looked for. */
sealed interface CurPlan permits SolrCurQuery, CurRerankQuery {

  /** What to look for. */
  CurSearch search();

  /** Whether only the best of another query are looked at: all of them are then handed out. */
  boolean reranks();

  /**
   * The documents of a core that come into question, and their first-stage scores.
   *
   * @param view of the core
   * @param main the main query of the request
   * @param filters the filters of the request
   */
  Pool pool(IndexView view, Query main, List<Query> filters) throws IOException;

  /** All that the result depends on, beside the index. */
  Object key(Query main, List<Query> filters);

  /**
   * Documents.
   *
   * @param accepted each with an anchor row
   * @param firstStage their first-stage scores
   */
  record Pool(FixedBitSet accepted, FeatureScores firstStage) {

    /** The name of the first stage among features. */
    static final String FIRST_STAGE = "query";

    Map<String, FeatureScores> features() {
      return Map.of(FIRST_STAGE, firstStage);
    }
  }
}
