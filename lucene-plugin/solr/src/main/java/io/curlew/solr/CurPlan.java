package io.curlew.solr;

import java.io.IOException;
import java.util.List;
import org.apache.lucene.search.Query;
import org.apache.solr.search.SolrIndexSearcher;

/** A query that is a search: what a parser has read, before anything is looked for. */
sealed interface CurPlan permits CurQuery, CurRerankQuery {

  /** What to look for. */
  CurSearch search();

  /** Whether only the best of another query are looked at: all of them are then handed out. */
  boolean reranks();

  /**
   * The documents of a core that come into question, and their first-stage scores.
   *
   * @param main the main query of the request
   * @param filters the filters of the request
   */
  Pool pool(SolrIndexSearcher searcher, Query main, List<Query> filters) throws IOException;

  /** All that the result depends on, beside the index. */
  Object key(Query main, List<Query> filters);

  /**
   * Documents.
   *
   * @param documents document numbers, ascending, each with an anchor row
   * @param firstStage their first-stage scores, NaN for one that does not match
   */
  record Pool(int[] documents, float[] firstStage) {}
}
