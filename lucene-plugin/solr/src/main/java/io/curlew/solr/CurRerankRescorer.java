package io.curlew.solr;

import io.curlew.lucene.rows.EngineScores;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Rescorer;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.apache.solr.search.SolrIndexSearcher;

/** Re-ranks first-pass hits: the first pass is the first stage of a search among them alone. */
final class CurRerankRescorer extends Rescorer {

  private final CurRerankQuery plan;
  private final Object key;
  private final Set<Integer> scored = new HashSet<>();

  /**
   * @param key under which the result is remembered
   */
  CurRerankRescorer(CurRerankQuery plan, Object key) {
    this.plan = plan;
    this.key = key;
  }

  /** Whether the last call gave the document a score of the model, or an estimate of it. */
  boolean scored(int document) {
    return scored.contains(document);
  }

  @Override
  public TopDocs rescore(IndexSearcher searcher, TopDocs firstPass, int topN) throws IOException {
    Map<Integer, ScoreDoc> rest = new LinkedHashMap<>();
    for (ScoreDoc hit : firstPass.scoreDocs) {
      rest.put(hit.doc, hit);
    }
    ScoreDoc[] ranked = new ScoreDoc[firstPass.scoreDocs.length];
    int size = 0;
    for (CurResult.CurHit hit : result((SolrIndexSearcher) searcher, rest).hits()) {
      if (rest.remove(hit.document()) != null) {
        scored.add(hit.document());
        ranked[size++] = new ScoreDoc(hit.document(), hit.hit().score());
      }
    }
    for (ScoreDoc hit : rest.values()) {
      ranked[size++] = hit; // CurRerankCollector puts it below
    }
    return new TopDocs(firstPass.totalHits, Arrays.copyOf(ranked, Math.min(topN, ranked.length)));
  }

  private CurResult result(SolrIndexSearcher searcher, Map<Integer, ScoreDoc> hits)
      throws IOException {
    return SearchMemory.get(
        searcher,
        plan,
        key,
        () -> {
          Map<Integer, Float> scores = new HashMap<>();
          hits.forEach((document, hit) -> scores.put(document, hit.score));
          return plan.search().run(searcher, plan.features(), view -> plan.pool(view, scores));
        });
  }

  @Override
  public Explanation explain(IndexSearcher searcher, Explanation first, int document)
      throws IOException {
    CurResult result = SearchMemory.find((SolrIndexSearcher) searcher, plan);
    if (result == null) {
      return Explanation.match(first.getValue(), "first pass: the search was not run", first);
    }
    CurResult.CurHit hit = result.hit(document);
    return hit == null
        ? Explanation.match(
            EngineScores.below(first.getValue().floatValue()),
            "not re-ranked, " + EngineScores.BELOW,
            first)
        : result.explain((SolrIndexSearcher) searcher, plan, hit);
  }
}
