package io.curlew.solr;

import io.curlew.lucene.rows.EngineScores;
import java.io.IOException;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.apache.solr.common.SolrException;
import org.apache.solr.search.QueryCommand;
import org.apache.solr.search.ReRankCollector;

/** Solr's own, with one scale for what was re-ranked and what was not, and with true errors. */
final class CurRerankCollector extends ReRankCollector {

  private final CurRerankRescorer rescorer;

  CurRerankCollector(
      int reRankDocs,
      int length,
      CurRerankRescorer rescorer,
      QueryCommand cmd,
      IndexSearcher searcher)
      throws IOException {
    super(reRankDocs, length, rescorer, cmd, searcher, null);
    this.rescorer = rescorer;
  }

  @Override
  public TopDocs topDocs(int start, int howMany) {
    TopDocs ranked;
    try {
      ranked = super.topDocs(start, howMany);
    } catch (SolrException e) { // status 400, whatever happened
      if (e.getCause() instanceof SolrException cause) {
        throw cause;
      }
      throw e.getCause() instanceof IOException cause
          ? new SolrException(SolrException.ErrorCode.SERVER_ERROR, cause)
          : e;
    }
    for (ScoreDoc hit : ranked.scoreDocs) {
      if (!rescorer.scored(hit.doc)) {
        hit.score = EngineScores.below(hit.score);
      }
    }
    return ranked;
  }
}
