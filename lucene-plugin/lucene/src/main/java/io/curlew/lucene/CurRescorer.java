package io.curlew.lucene;

import io.curlew.cur.AdaptiveSearch;
import io.curlew.cur.Hit;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.SearchResult;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.model.InteractionModel;
import io.curlew.cur.model.ModelScores;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Rescorer;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.util.FixedBitSet;

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
  private final InteractionModel model;
  private final DocumentText text;
  private final SearchRequest request;

  /**
   * A rescorer for one query.
   *
   * @param request the query, its budget, timeout and least expected recall; its k gives way to the
   *     {@code topN} of a call
   * @throws IncompatibleIndexException if the model is not the query model of the anchors
   */
  public CurRescorer(
      CurSchema schema,
      AnchorSet anchors,
      InteractionModel model,
      DocumentText text,
      SearchRequest request)
      throws IncompatibleIndexException {
    CurSearcher.checkQueryModel(anchors, model);
    this.schema = schema;
    this.anchors = anchors;
    this.model = model;
    this.text = text;
    this.request = request;
  }

  @Override
  public TopDocs rescore(IndexSearcher searcher, TopDocs firstPass, int topN) throws IOException {
    if (topN < 1) {
      throw new IllegalArgumentException("topN must be at least 1, got: " + topN);
    }
    AnchorField.check(searcher.getIndexReader(), schema.anchors(), anchors);
    FixedBitSet accepted = new FixedBitSet(Math.max(1, searcher.getIndexReader().maxDoc()));
    List<ScoreDoc> rowless = new ArrayList<>();
    split(searcher, firstPass, accepted, rowless);
    SearchResult result = search(searcher, firstPass, accepted, topN);
    List<ScoreDoc> hits = new ArrayList<>();
    Set<Integer> returned = new HashSet<>();
    for (Hit hit : result.hits()) {
      hits.add(new ScoreDoc(hit.document(), hit.score()));
      returned.add(hit.document());
    }
    List<ScoreDoc> last = new ArrayList<>();
    for (ScoreDoc hit : firstPass.scoreDocs) { // what a timeout left without an estimate
      if (accepted.get(hit.doc) && returned.add(hit.doc)) {
        last.add(hit);
      }
    }
    last.addAll(rowless);
    for (ScoreDoc hit : last) {
      hits.add(new ScoreDoc(hit.doc, -Float.MAX_VALUE));
    }
    ScoreDoc[] best = hits.stream().limit(topN).toArray(ScoreDoc[]::new);
    return new TopDocs(firstPass.totalHits, best);
  }

  /** Documents that have an anchor row, and others in the order of the first pass. */
  private void split(
      IndexSearcher searcher, TopDocs firstPass, FixedBitSet withRow, List<ScoreDoc> rowless)
      throws IOException {
    List<LeafReaderContext> leaves = searcher.getIndexReader().leaves();
    ScoreDoc[] inOrder = firstPass.scoreDocs.clone();
    Arrays.sort(inOrder, (a, b) -> Integer.compare(a.doc, b.doc));
    LeafReaderContext leaf = null;
    RowValues values = null;
    for (ScoreDoc hit : inOrder) {
      LeafReaderContext of = leaves.get(ReaderUtil.subIndex(hit.doc, leaves));
      if (of != leaf) {
        leaf = of;
        values = RowValues.of(leaf.reader(), schema.anchors(), null);
      }
      if (values != null && values.advanceExact(hit.doc - of.docBase)) {
        withRow.set(hit.doc);
      }
    }
    for (ScoreDoc hit : firstPass.scoreDocs) {
      if (!withRow.get(hit.doc)) {
        rowless.add(hit);
      }
    }
  }

  private SearchResult search(
      IndexSearcher searcher, TopDocs firstPass, FixedBitSet accepted, int topN)
      throws IOException {
    FirstStage firstStage =
        (ignored, query, bits, scores) -> {
          Arrays.fill(scores, Float.NaN);
          for (ScoreDoc hit : firstPass.scoreDocs) {
            if (bits.get(hit.doc)) {
              scores[hit.doc] = hit.score;
            }
          }
        };
    DocumentSample sample =
        new DocumentSample(new DocumentIds(searcher.getIndexReader(), schema.id()), accepted);
    LuceneCandidates candidates =
        new LuceneCandidates(
            searcher,
            schema,
            anchors,
            text,
            accepted,
            sample,
            firstStage,
            Scan.EXACT,
            request.query());
    SearchRequest sized =
        new SearchRequest(
            request.query(), topN, request.budget(), request.timeout(), request.minRecall());
    return new AdaptiveSearch(anchors).search(candidates, model, sized);
  }

  /** The exact score of one document; costs one model call, whatever the budget. */
  @Override
  public Explanation explain(IndexSearcher searcher, Explanation firstPassExplanation, int document)
      throws IOException {
    List<String> texts = text.of(searcher, new int[] {document});
    float score = ModelScores.checked(model, List.of(request.query()), texts)[0][0];
    return Explanation.match(score, "exact score by " + model.fingerprint(), firstPassExplanation);
  }
}
