package io.curlew.lucene.rows;

import io.curlew.cur.DocumentSample;
import io.curlew.cur.Estimates;
import io.curlew.cur.ModelCalls;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.IncompatibleIndexException;
import io.curlew.cur.anchor.LatentQuery;
import io.curlew.cur.anchor.RowEncoding;
import io.curlew.cur.model.InteractionModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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
 * The documents of one point-in-time view of an index that have an anchor row: what all searches of
 * it share. Immutable and safe for use by several threads. Memory: one bit per document.
 */
public final class IndexView {

  /** Latent queries of one pass, at most: so many weights stay in the cache. */
  private static final int QUERIES_PER_PASS = 128;

  private final IndexSearcher searcher;
  private final String field;
  private final AnchorSet anchors;
  private final DocumentIds ids;
  private final ModelCalls.Texts texts;
  private volatile @Nullable FixedBitSet searchable; // computed when first asked for
  private final Map<Long, int[]> samples = new ConcurrentHashMap<>();

  /**
   * A view of an index whose texts are not read.
   *
   * @param field of the anchor rows
   * @throws IncompatibleIndexException if a segment holds rows of other anchors
   */
  public IndexView(IndexSearcher searcher, String field, AnchorSet anchors, DocumentIds ids)
      throws IOException {
    this(
        searcher,
        field,
        anchors,
        ids,
        documents -> {
          throw new IllegalStateException("texts must be given to a view to be read, got none");
        });
  }

  /**
   * A view of an index.
   *
   * @param field of the anchor rows
   * @throws IncompatibleIndexException if a segment holds rows of other anchors
   */
  public IndexView(
      IndexSearcher searcher,
      String field,
      AnchorSet anchors,
      DocumentIds ids,
      ModelCalls.Texts texts)
      throws IOException {
    RowFields.check(searcher.getIndexReader(), field, anchors);
    this.searcher = searcher;
    this.field = field;
    this.anchors = anchors;
    this.ids = ids;
    this.texts = texts;
  }

  /** The same documents for anchors whose rows are the same. */
  public IndexView withAnchors(AnchorSet others) throws IOException {
    IndexView view = new IndexView(searcher, field, others, ids, texts);
    view.searchable = searchable;
    return view;
  }

  private FixedBitSet findSearchable() throws IOException {
    FixedBitSet bits = new FixedBitSet(Math.max(1, searcher.getIndexReader().maxDoc()));
    for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
      SegmentRows rows = SegmentRows.of(leaf.reader(), field, anchors);
      if (rows == null) {
        continue;
      }
      Bits live = leaf.reader().getLiveDocs();
      DocIdSetIterator documents = rows.documents();
      for (int d = documents.nextDoc();
          d != DocIdSetIterator.NO_MORE_DOCS;
          d = documents.nextDoc()) {
        if (live == null || live.get(d)) {
          bits.set(leaf.docBase + d);
        }
      }
    }
    return bits;
  }

  /** The searcher underneath. */
  public IndexSearcher searcher() {
    return searcher;
  }

  /** The anchors of the index. */
  public AnchorSet anchors() {
    return anchors;
  }

  /** Live documents that have an anchor row. Not to be changed. */
  public FixedBitSet searchable() throws IOException {
    FixedBitSet known = searchable;
    if (known == null) {
      known = findSearchable();
      searchable = known;
    }
    return known;
  }

  /** The ones of some live documents that have an anchor row; the cost is by their number. */
  public FixedBitSet withRow(int[] documents) throws IOException {
    FixedBitSet found = new FixedBitSet(Math.max(1, searcher.getIndexReader().maxDoc()));
    InIndexOrder order = InIndexOrder.of(documents);
    for (InIndexOrder.Group group : order.groups(searcher.getIndexReader(), Integer.MAX_VALUE)) {
      SegmentRows rows = SegmentRows.of(group.leaf().reader(), field, anchors);
      for (int i = group.from(); rows != null && i < group.to(); i++) {
        if (rows.advanceExact(order.documents()[i] - group.leaf().docBase)) {
          found.set(order.documents()[i]);
        }
      }
    }
    return found;
  }

  /** The searchable documents that match a filter. */
  public FixedBitSet matching(Query filter) throws IOException {
    FixedBitSet bits = new FixedBitSet(searchable().length());
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
    bits.and(searchable());
    return bits;
  }

  /** The numbers of the documents of a set, ascending. */
  public static int[] documents(FixedBitSet set) {
    int[] documents = new int[set.cardinality()];
    int document = -1;
    for (int i = 0; i < documents.length; i++) {
      document = set.nextSetBit(document + 1);
      documents[i] = document;
    }
    return documents;
  }

  /** The external ids of documents. */
  public List<String> ids(int[] documents) throws IOException {
    return ids.of(documents);
  }

  /** The texts of documents. */
  public List<String> texts(int[] documents) throws IOException {
    return texts.of(documents);
  }

  /**
   * Documents chosen at random among some, the same for the same seed whatever the layout. The
   * order of all searchable documents is kept.
   */
  public int[] sample(int n, long seed, FixedBitSet of) throws IOException {
    if (of != searchable) {
      return Arrays.stream(randomOrder(of, seed)).limit(n).toArray();
    }
    int[] order = samples.get(seed);
    if (order == null) {
      order = randomOrder(of, seed);
      samples.put(seed, order);
    }
    return Arrays.stream(order).limit(n).toArray();
  }

  private int[] randomOrder(FixedBitSet of, long seed) throws IOException {
    int[] documents = documents(of);
    return Arrays.stream(DocumentSample.order(ids.of(documents), seed))
        .map(i -> documents[i])
        .toArray();
  }

  /** Reads rows. */
  public RowReader rows() {
    return new RowReader(searcher, field, anchors);
  }

  VectorScan scan() {
    return VectorScan.ofRows(searcher, field, anchors);
  }

  VectorScan scanOfSketches(RowEncoding sketch) {
    return VectorScan.ofSketches(searcher, field, sketch);
  }

  DocumentIds ids() {
    return ids;
  }

  /**
   * The documents that may answer one query, whose texts a model reads.
   *
   * @param accepted among the searchable ones
   * @param features by name, in order
   * @param model of exact scores
   * @throws IncompatibleIndexException if the model is not the query model of the anchors
   */
  public LuceneSearchSpace space(
      FixedBitSet accepted,
      Map<String, FeatureScores> features,
      InteractionModel model,
      String query)
      throws IncompatibleIndexException {
    LuceneSearchSpace.checkQueryModel(anchors, model.fingerprint());
    return space(accepted, features, ModelCalls.byTexts(texts, model, query));
  }

  /**
   * The documents that may answer one query.
   *
   * @param accepted among the searchable ones
   * @param features by name, in order
   * @param calls exact scores of the query model, for this query
   */
  public LuceneSearchSpace space(
      FixedBitSet accepted, Map<String, FeatureScores> features, ModelCalls calls) {
    return new LuceneSearchSpace(this, accepted, features, calls);
  }

  /**
   * The documents with the highest estimates of many latent queries: one pass over the rows serves
   * up to {@value #QUERIES_PER_PASS} of them.
   *
   * @param n so many documents for each, best first, or all if there are fewer
   * @throws IllegalArgumentException if a latent query is not of these anchors
   */
  public List<Estimates> top(List<LatentQuery> latents, int n) throws IOException {
    latents.forEach(anchors::check);
    List<Estimates> all = new ArrayList<>();
    for (int from = 0; from < latents.size(); from += QUERIES_PER_PASS) {
      int to = Math.min(latents.size(), from + QUERIES_PER_PASS);
      all.addAll(LatentBatch.best(this, latents.subList(from, to), n));
    }
    return all;
  }
}
