package io.curlew.opensearch;

import io.curlew.cur.SearchRequest;
import io.curlew.cur.anchor.IncompatibleIndexException;
import io.curlew.lucene.CurRescorer;
import io.curlew.lucene.CurSchema;
import io.curlew.lucene.DocumentScorer;
import io.curlew.lucene.rows.EngineScores;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.search.rescore.RescoreContext;
import org.opensearch.search.rescore.Rescorer;

/**
 * Re-ranks the hits of a shard. Scores are as {@link EngineScores} makes them of the model's; what
 * is not re-ranked comes last, in its order.
 */
final class CurShardRescorer implements Rescorer {

  private final AnchorRowFieldMapper.Type type;
  private final SearchRequest request;
  private final RescoredHits memory;

  /** A rescorer that spends the request's budget on this shard. */
  CurShardRescorer(AnchorRowFieldMapper.Type type, SearchRequest request, RescoredHits memory) {
    this.type = type;
    this.request = request;
    this.memory = memory;
  }

  /** What OpenSearch hands back. */
  static final class Context extends RescoreContext {
    Context(int windowSize, CurShardRescorer rescorer) {
      super(windowSize, rescorer);
    }
  }

  @Override
  public TopDocs rescore(TopDocs hits, IndexSearcher searcher, RescoreContext context)
      throws IOException {
    int n = Math.min(context.getWindowSize(), hits.scoreDocs.length);
    if (n == 0) {
      return hits;
    }
    TopDocs window = new TopDocs(hits.totalHits, Arrays.copyOf(hits.scoreDocs, n));
    Map<Integer, Float> first = new HashMap<>();
    for (ScoreDoc hit : hits.scoreDocs) {
      first.put(hit.doc, hit.score);
    }
    Map<Integer, Float> scores = new HashMap<>();
    List<ScoreDoc> ranked = new ArrayList<>();
    List<ScoreDoc> rest = new ArrayList<>();
    for (ScoreDoc hit : rescored(searcher, window, n)) {
      if (hit.score == -Float.MAX_VALUE) { // without a row, or an estimate
        rest.add(hit);
      } else {
        scores.put(hit.doc, hit.score);
        ranked.add(new ScoreDoc(hit.doc, EngineScores.of(hit.score), hit.shardIndex));
      }
    }
    rest.addAll(Arrays.asList(hits.scoreDocs).subList(n, hits.scoreDocs.length));
    for (ScoreDoc hit : rest) {
      float before = first.getOrDefault(hit.doc, 0f);
      ranked.add(new ScoreDoc(hit.doc, EngineScores.below(before), hit.shardIndex));
    }
    memory.put(searcher, request, Map.copyOf(scores));
    context.setRescoredDocs(Set.copyOf(scores.keySet()));
    return new TopDocs(hits.totalHits, ranked.toArray(ScoreDoc[]::new));
  }

  private ScoreDoc[] rescored(IndexSearcher searcher, TopDocs window, int n) throws IOException {
    try {
      CurRescorer rescorer =
          new CurRescorer(
              new CurSchema(AnchorRowFieldMapper.ids(type.name()), "none", type.name(), "none"),
              type.anchors(),
              DocumentScorer.of(
                  new SourceTexts(type.text()), memory.models().get(type.queryModel())),
              request);
      return rescorer.rescore(searcher, window, n).scoreDocs;
    } catch (IncompatibleIndexException e) {
      throw new OpenSearchStatusException(e.getMessage(), RestStatus.CONFLICT, e);
    }
  }

  @Override
  public Explanation explain(
      int document, IndexSearcher searcher, RescoreContext context, Explanation first) {
    Float score = memory.score(searcher, request, document);
    return score == null
        ? Explanation.match(
            EngineScores.below(first.getValue().floatValue()),
            "not re-ranked, " + EngineScores.BELOW,
            first)
        : Explanation.match(
            EngineScores.of(score),
            "re-ranked, 1 + raw where raw is at least 0, else 1 / (1 - raw), from:",
            Explanation.match(score, "raw score of the model, or an estimate of it"),
            first);
  }
}
