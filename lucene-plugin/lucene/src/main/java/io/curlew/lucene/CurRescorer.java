package io.curlew.lucene;

import io.curlew.cur.AdaptiveSearch;
import io.curlew.cur.Hit;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.SearchResult;
import io.curlew.cur.SearchSpace;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.IncompatibleIndexException;
import io.curlew.lucene.rows.DocumentIds;
import io.curlew.lucene.rows.DocumentScores;
import io.curlew.lucene.rows.IndexView;
import io.curlew.lucene.rows.LuceneSearchSpace;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Rescorer;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.util.FixedBitSet;
import org.jspecify.annotations.Nullable;

/**
 * Re-ranks the hits of any first pass by an interaction model: exact within its budget, approximate
 * beyond. With a budget of at least the first pass's length it is exact; with less, it spends the
 * calls where they matter, first-pass scores being the first stage.
 *
 * <p>The scores of the result are the model's, or estimates of them. Documents without an anchor
 * row cannot be estimated: they come last, in the order of the first pass, with a score of {@code
 * -Float.MAX_VALUE}.
 *
 * <p>Safe for use by several threads if the model is; made for one query.
 */
public final class CurRescorer extends Rescorer {

  private final CurSchema schema;
  private final AnchorSet anchors;
  private final DocumentScorer scorer;
  private final SearchRequest request;
  private volatile @Nullable Rescored last;

  /**
   * A rescorer for one query.
   *
   * @param scorer gives the exact scores
   * @param request the query, its budget, timeout, least expected recall and listener; its k gives
   *     way to the {@code topN} of a call
   * @throws IncompatibleIndexException if the scores are not of the query model of the anchors
   */
  public CurRescorer(
      CurSchema schema, AnchorSet anchors, DocumentScorer scorer, SearchRequest request)
      throws IncompatibleIndexException {
    LuceneSearchSpace.checkQueryModel(anchors, scorer.fingerprint());
    this.schema = schema;
    this.anchors = anchors;
    this.scorer = scorer;
    this.request = request;
  }

  @Override
  public TopDocs rescore(IndexSearcher searcher, TopDocs firstPass, int topN) throws IOException {
    if (topN < 1) {
      throw new IllegalArgumentException("topN must be at least 1, got: " + topN);
    }
    DocumentIds ids =
        new DocumentIds(searcher.getIndexReader(), schema.id(), DocumentIds.Format.TEXT);
    IndexView view = new IndexView(searcher, schema.anchors(), anchors, ids);
    FixedBitSet accepted =
        view.withRow(Arrays.stream(firstPass.scoreDocs).mapToInt(hit -> hit.doc).toArray());
    List<ScoreDoc> rowless = new ArrayList<>();
    for (ScoreDoc hit : firstPass.scoreDocs) {
      if (!accepted.get(hit.doc)) {
        rowless.add(hit);
      }
    }
    SearchResult result = search(view, firstPass, accepted, topN);
    last = new Rescored(new WeakReference<>(searcher.getIndexReader()), result.hits());
    List<ScoreDoc> hits = new ArrayList<>();
    Set<Integer> returned = new HashSet<>();
    for (Hit hit : result.hits()) {
      hits.add(new ScoreDoc(hit.document(), hit.score()));
      returned.add(hit.document());
    }
    List<ScoreDoc> rest = new ArrayList<>();
    for (ScoreDoc hit : firstPass.scoreDocs) { // what a timeout left without an estimate
      if (accepted.get(hit.doc) && returned.add(hit.doc)) {
        rest.add(hit);
      }
    }
    rest.addAll(rowless);
    for (ScoreDoc hit : rest) {
      hits.add(new ScoreDoc(hit.doc, -Float.MAX_VALUE));
    }
    ScoreDoc[] best = hits.stream().limit(topN).toArray(ScoreDoc[]::new);
    return new TopDocs(firstPass.totalHits, best);
  }

  private SearchResult search(IndexView view, TopDocs firstPass, FixedBitSet accepted, int topN)
      throws IOException {
    int[] documents = IndexView.documents(accepted);
    float[] scores = new float[documents.length];
    for (ScoreDoc hit : firstPass.scoreDocs) {
      if (accepted.get(hit.doc)) {
        scores[Arrays.binarySearch(documents, hit.doc)] = hit.score;
      }
    }
    SearchSpace space =
        view.space(
            accepted,
            Map.of("query", new DocumentScores(view, documents, scores)),
            scorer.of(view.searcher(), request.query()));
    return new AdaptiveSearch().search(space, request.withK(topN));
  }

  /**
   * Says where a score comes from. For a hit of the last {@link #rescore} on the same reader it is
   * the score that it has, exact or estimated, and costs no call; for any other document the exact
   * one, which costs one, whatever the budget.
   */
  @Override
  public Explanation explain(IndexSearcher searcher, Explanation firstPassExplanation, int document)
      throws IOException {
    Rescored known = last;
    if (known != null && known.reader().get() == searcher.getIndexReader()) {
      for (Hit hit : known.hits()) {
        if (hit.document() == document) {
          String how =
              hit.exact()
                  ? "exact score by " + scorer.fingerprint()
                  : "estimate of the score by " + scorer.fingerprint() + ", which was not called";
          return Explanation.match(hit.score(), how, firstPassExplanation);
        }
      }
    }
    float score = scorer.of(searcher, request.query()).of(new int[] {document}).run()[0];
    return Explanation.match(
        score,
        "exact score by " + scorer.fingerprint() + ", not a hit of the last rescoring",
        firstPassExplanation);
  }

  /** What was found last: to explain it. */
  private record Rescored(WeakReference<IndexReader> reader, List<Hit> hits) {}
}
