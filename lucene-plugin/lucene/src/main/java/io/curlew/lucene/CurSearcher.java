package io.curlew.lucene;

import io.curlew.cur.AnchorSet;
import io.curlew.cur.Candidates;
import io.curlew.cur.InteractionModel;
import io.curlew.cur.SearchMethod;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.SearchResult;
import java.io.IOException;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.DocIdSetIterator;
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
 * by several threads; memory is one bit per document, and 8 bytes per document for each search
 * under way.
 */
public final class CurSearcher {

  private final IndexSearcher searcher;
  private final CurSchema schema;
  private final AnchorSet anchors;
  private final DocumentText text;
  private final FixedBitSet searchable;
  private final DocumentSample sample;

  private CurSearcher(
      IndexSearcher searcher,
      CurSchema schema,
      AnchorSet anchors,
      DocumentText text,
      FixedBitSet searchable) {
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
   * Searches an index.
   *
   * @throws IncompatibleIndexException if a segment holds rows of other anchors
   */
  public static CurSearcher open(
      IndexSearcher searcher, CurSchema schema, AnchorSet anchors, DocumentText text)
      throws IOException {
    AnchorField.check(searcher.getIndexReader(), schema.anchors(), anchors);
    return new CurSearcher(searcher, schema, anchors, text, searchable(searcher, schema));
  }

  /** Live documents that have an anchor row. */
  private static FixedBitSet searchable(IndexSearcher searcher, CurSchema schema)
      throws IOException {
    FixedBitSet bits = new FixedBitSet(Math.max(1, searcher.getIndexReader().maxDoc()));
    for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
      RowValues values = RowValues.of(leaf.reader(), schema.anchors());
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

  /** The anchors of the index. */
  public AnchorSet anchors() {
    return anchors;
  }

  /** Searches all documents. */
  public SearchResult search(
      SearchMethod method, FirstStage firstStage, InteractionModel model, SearchRequest request)
      throws IOException {
    return method.search(candidates(request.query(), firstStage, null), model, request);
  }

  /**
   * The documents that may answer one query.
   *
   * @param filter only documents that match it, or null for all
   */
  public Candidates candidates(String query, FirstStage firstStage, @Nullable Query filter)
      throws IOException {
    FixedBitSet accepted = filter == null ? searchable : filtered(filter);
    return new LuceneCandidates(
        searcher, schema, anchors.statistics(), text, accepted, sample, firstStage, query);
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
