package io.curlew.lucene;

import io.curlew.cur.Candidates;
import io.curlew.cur.Hit;
import io.curlew.cur.SearchMethod;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.SearchResult;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.LatentQuery;
import io.curlew.cur.model.InteractionModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.FixedBitSet;
import org.jspecify.annotations.Nullable;

/**
 * Searches one point-in-time view of an index by the methods of {@code io.curlew.cur}. The work of
 * a scan runs on the executor that the {@code IndexSearcher} was given. Immutable and safe for use
 * by several threads; memory is one bit per document, and 4 bytes and a bit per document for each
 * search under way, 8 while a first stage asks its fallback.
 */
public final class CurSearcher {

  /** Latent queries of one pass, at most: so many weights stay in the cache. */
  private static final int TOGETHER = 128;

  private final IndexSearcher searcher;
  private final CurSchema schema;
  private final AnchorSet anchors;
  private final DocumentText text;
  private final FixedBitSet searchable;
  private final DocumentSample sample;
  private final Scan scan;

  private CurSearcher(
      IndexSearcher searcher,
      CurSchema schema,
      AnchorSet anchors,
      DocumentText text,
      FixedBitSet searchable,
      Scan scan) {
    this.scan = scan;
    this.searcher = searcher;
    this.schema = schema;
    this.anchors = anchors;
    this.text = text;
    this.searchable = searchable;
    this.sample =
        new DocumentSample(new DocumentIds(searcher.getIndexReader(), schema.id()), searchable);
  }

  /** Searches an index whose texts are stored in the schema's text field. */
  public static CurSearcher open(IndexSearcher searcher, CurSchema schema, AnchorSet anchors)
      throws IOException {
    return open(searcher, schema, anchors, DocumentText.stored(schema.text()));
  }

  /**
   * Searches an index. Opening does not read the rows: whether a byte of them has changed on disk
   * says {@link org.apache.lucene.index.LeafReader#checkIntegrity} of every segment, which reads
   * all files once. Merging does so by itself.
   *
   * @throws IncompatibleIndexException if a segment holds rows of other anchors
   */
  public static CurSearcher open(
      IndexSearcher searcher, CurSchema schema, AnchorSet anchors, DocumentText text)
      throws IOException {
    AnchorField.check(searcher.getIndexReader(), schema.anchors(), anchors);
    return new CurSearcher(
        searcher, schema, anchors, text, searchable(searcher, schema), Scan.EXACT);
  }

  /**
   * The same, but finding the best estimates in another way: a choice for indexes whose anchor
   * field was written with a format of the engine's own.
   */
  public CurSearcher withScan(Scan way) {
    return new CurSearcher(searcher, schema, anchors, text, searchable, way);
  }

  /** Live documents that have an anchor row. */
  private static FixedBitSet searchable(IndexSearcher searcher, CurSchema schema)
      throws IOException {
    FixedBitSet bits = new FixedBitSet(Math.max(1, searcher.getIndexReader().maxDoc()));
    for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
      RowValues values = RowValues.of(leaf.reader(), schema.anchors(), null);
      if (values == null) {
        continue;
      }
      Bits live = leaf.reader().getLiveDocs();
      for (int ord = 0; ord < values.size(); ord++) {
        int document = values.document(ord);
        if (live == null || live.get(document)) {
          bits.set(leaf.docBase + document);
        }
      }
    }
    return bits;
  }

  /** The number of documents that can be found. */
  public int documentCount() {
    return searchable.cardinality();
  }

  /** The searcher underneath. */
  public IndexSearcher indexSearcher() {
    return searcher;
  }

  /** The anchors of the index. */
  public AnchorSet anchors() {
    return anchors;
  }

  /**
   * Searches all documents.
   *
   * @throws IncompatibleIndexException if the model is not the query model of the anchors
   */
  public SearchResult search(
      SearchMethod method, FirstStage firstStage, InteractionModel model, SearchRequest request)
      throws IOException {
    checkQueryModel(anchors, model);
    return method.search(candidates(request.query(), firstStage, null), model, request);
  }

  /**
   * The documents with the highest estimates of many latent queries, such as those of {@link
   * io.curlew.cur.FixedAnchors}: one pass over the rows serves up to {@value #TOGETHER} of them,
   * which costs a small part of as many searches. Calls no model. Memory: some megabytes, and 16
   * bytes for each of n and each query of a pass; for one query alone 4 bytes a document.
   *
   * @param latents their first-stage weights are left out: there is no first stage
   * @param n so many documents for each, best first, or all if there are fewer
   * @return for each latent query numbers of the index and estimates
   * @throws IncompatibleIndexException if a latent query is not of these anchors
   */
  public List<Candidates.Estimates> best(List<LatentQuery> latents, int n) throws IOException {
    if (n < 1) {
      throw new IllegalArgumentException("n must be at least 1, got: " + n);
    }
    List<Candidates.Estimates> all = new ArrayList<>();
    for (int from = 0; from < latents.size(); from += TOGETHER) {
      int to = Math.min(latents.size(), from + TOGETHER);
      all.addAll(
          new LatentBatch(searcher, schema, anchors, searchable)
              .best(latents.subList(from, to), n));
    }
    return all;
  }

  static void checkQueryModel(AnchorSet anchors, InteractionModel model)
      throws IncompatibleIndexException {
    if (!model.fingerprint().equals(anchors.queryModelFingerprint())) {
      throw new IncompatibleIndexException(
          "model must be the query model of the anchor set, "
              + anchors.queryModelFingerprint()
              + ", got: "
              + model.fingerprint());
    }
  }

  /**
   * Says where the score of a hit comes from: exact or estimated, in which round, the prior, and
   * the anchors that contribute most to the linear form. Makes no model call.
   *
   * @param candidates those of the search
   * @param result of the search, with the hit
   */
  public Explanation explain(Candidates candidates, SearchResult result, Hit hit)
      throws IOException {
    int[] document = {hit.document()};
    List<Explanation> details = new ArrayList<>();
    LatentQuery estimate = result.estimate();
    if (estimate != null) {
      float firstStage = candidates.firstStageScores(document)[0];
      Explanation linear =
          new CurExplainer(anchors)
              .explain(estimate, firstStage, candidates.anchorRows(document)[0]);
      details.add(linear);
      double rest = hit.score() - linear.getValue().doubleValue();
      details.add(
          Explanation.match(
              rest,
              hit.exact()
                  ? "what the linear form does not explain"
                  : "added by the kernel form, from documents scored alike"));
    }
    String how =
        hit.exact()
            ? "exact score, from the model in round " + hit.round()
            : "estimate, the model was not called for this document";
    return Explanation.match(hit.score(), how, details);
  }

  /**
   * The documents that may answer one query.
   *
   * @param filter only documents that match it, or null for all
   */
  public Candidates candidates(String query, FirstStage firstStage, @Nullable Query filter)
      throws IOException {
    FixedBitSet accepted = accepted(filter);
    return new LuceneCandidates(
        searcher, schema, anchors, text, accepted, sample, firstStage, scan, query);
  }

  /** The documents that can be found and match a filter, or all that can be found. */
  FixedBitSet accepted(@Nullable Query filter) throws IOException {
    return filter == null ? searchable : filtered(filter);
  }

  /** The rows of a random sample of some documents. */
  float[][] sampleRows(int n, long seed, FixedBitSet of) throws IOException {
    return new RowReader(searcher, schema, anchors).rows(sample.first(n, seed, of));
  }

  private FixedBitSet filtered(Query filter) throws IOException {
    FixedBitSet bits = new FixedBitSet(searchable.length());
    Weight weight =
        searcher.createWeight(searcher.rewrite(filter), ScoreMode.COMPLETE_NO_SCORES, 1);
    for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
      Scorer scorer = weight.scorer(leaf);
      if (scorer == null) {
        continue;
      }
      DocIdSetIterator matches = scorer.iterator();
      for (int doc = matches.nextDoc();
          doc != DocIdSetIterator.NO_MORE_DOCS;
          doc = matches.nextDoc()) {
        bits.set(leaf.docBase + doc);
      }
    }
    bits.and(searchable);
    return bits;
  }
}
