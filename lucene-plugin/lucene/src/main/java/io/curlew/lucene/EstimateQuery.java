package io.curlew.lucene;

import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.LatentQuery;
import io.curlew.cur.anchor.RowProducts;
import io.curlew.lucene.rows.HitExplanation;
import io.curlew.lucene.rows.RowFields;
import io.curlew.lucene.rows.SegmentRows;
import io.curlew.lucene.rows.SuppliedWeight;
import io.curlew.lucene.rows.WeightScorer;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.ConjunctionUtils;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.ScorerSupplier;
import org.apache.lucene.search.Weight;
import org.jspecify.annotations.Nullable;

/**
 * All documents with an anchor row, scored by a latent query: the linear form of the estimator, as
 * a query among others. It makes no model call; the latent query comes from a search before, see
 * {@link io.curlew.cur.SearchResult#estimate()} and {@link io.curlew.cur.FixedAnchorSearch}.
 *
 * <p>Lucene wants scores that are not negative, and estimates may be. As Lucene does for inner
 * products, a score is 1 + z for z at least 0 and 1 / (1 - z) below, where z is the estimate less
 * that of a mean document, in units of the widest that it could vary over the sample: so precision
 * is not lost. {@link #estimate} takes it back. For the estimates themselves, to sort by or to
 * calculate with, use {@link EstimateValuesSource}.
 *
 * <p>Immutable, with {@code equals} and {@code hashCode} for the query cache. Cost: one product of
 * {@code anchors} terms per document that the filter lets through.
 */
public final class EstimateQuery extends Query {

  private static final String SCORE_FORMULA =
      " * (z >= 0 ? 1 + z : 1 / (1 - z)), z = (estimate - centre) / scale, from:";

  private final String field;
  private final AnchorSet anchors;
  private final LatentQuery latent;
  private final @Nullable Query filter;
  private final double centre;
  private final double scale;

  /** A query over all documents with a row in the field. */
  public EstimateQuery(String field, AnchorSet anchors, LatentQuery latent) {
    this(field, anchors, latent, null);
  }

  /**
   * A query over the documents that match a filter.
   *
   * @param field the anchor field
   * @param anchors of the index
   * @throws IllegalArgumentException if the latent query is not of these anchors
   */
  public EstimateQuery(
      String field, AnchorSet anchors, LatentQuery latent, @Nullable Query filter) {
    anchors.check(latent);
    this.field = Objects.requireNonNull(field, "field");
    this.anchors = anchors;
    this.latent = latent;
    this.filter = filter;
    this.centre = latent.intercept();
    double width = anchors.statistics().widthOf(latent.weights());
    this.scale = width > 0 ? width : 1;
  }

  /** The estimate behind a score of this query, to about seven digits of its range. */
  public double estimate(float score) {
    double z = score >= 1 ? score - 1 : 1 - 1 / (double) score;
    return centre + scale * z;
  }

  private float score(double estimate) {
    double z = (estimate - centre) / scale;
    return (float) (z >= 0 ? 1 + z : 1 / (1 - z));
  }

  @Override
  public Query rewrite(IndexSearcher searcher) throws IOException {
    if (filter == null) {
      return this;
    }
    Query rewritten = filter.rewrite(searcher);
    return rewritten == filter ? this : new EstimateQuery(field, anchors, latent, rewritten);
  }

  @Override
  public Weight createWeight(IndexSearcher searcher, ScoreMode scoreMode, float boost)
      throws IOException {
    RowFields.check(searcher.getIndexReader(), field, anchors);
    Weight accepted =
        filter == null
            ? null
            : searcher.createWeight(searcher.rewrite(filter), ScoreMode.COMPLETE_NO_SCORES, 1);
    return new EstimateWeight(accepted, boost);
  }

  @Override
  public void visit(QueryVisitor visitor) {
    if (visitor.acceptField(field)) {
      visitor.visitLeaf(this);
    }
    if (filter != null) {
      filter.visit(visitor.getSubVisitor(BooleanClause.Occur.FILTER, this));
    }
  }

  @Override
  public String toString(String defaultField) {
    return "EstimateQuery("
        + field
        + ", "
        + anchors.fingerprint()
        + (filter == null ? ")" : ", " + filter + ")");
  }

  @Override
  public boolean equals(Object other) {
    return sameClassAs(other) && equalsTo((EstimateQuery) other);
  }

  private boolean equalsTo(EstimateQuery that) {
    return field.equals(that.field)
        && anchors.fingerprint().equals(that.anchors.fingerprint())
        && Arrays.equals(latent.weights(), that.latent.weights())
        && latent.intercept() == that.latent.intercept()
        && Objects.equals(filter, that.filter);
  }

  @Override
  public int hashCode() {
    return Objects.hash(
        classHash(),
        field,
        anchors.fingerprint(),
        Arrays.hashCode(latent.weights()),
        latent.intercept(),
        filter);
  }

  private final class EstimateWeight extends SuppliedWeight {

    private final @Nullable Weight accepted;
    private final float boost;

    EstimateWeight(@Nullable Weight accepted, float boost) {
      super(EstimateQuery.this);
      this.accepted = accepted;
      this.boost = boost;
    }

    @Override
    public @Nullable ScorerSupplier scorerSupplier(LeafReaderContext context) throws IOException {
      SegmentRows rows = SegmentRows.of(context.reader(), field, anchors);
      ScorerSupplier filtered = accepted == null ? null : accepted.scorerSupplier(context);
      if (rows == null || (accepted != null && filtered == null)) {
        return null;
      }
      return new ScorerSupplier() {
        @Override
        public Scorer get(long leadCost) throws IOException {
          DocIdSetIterator all = rows.documents();
          DocIdSetIterator matches =
              filtered == null
                  ? all
                  : ConjunctionUtils.intersectIterators(
                      List.of(all, filtered.get(leadCost).iterator()));
          return new EstimateScorer(EstimateWeight.this, rows, matches, boost);
        }

        @Override
        public long cost() {
          return filtered == null ? rows.size() : Math.min(rows.size(), filtered.cost());
        }
      };
    }

    @Override
    public boolean isCacheable(LeafReaderContext context) {
      return accepted == null || accepted.isCacheable(context);
    }

    @Override
    public Explanation explain(LeafReaderContext context, int document) throws IOException {
      ScorerSupplier supplier = scorerSupplier(context);
      if (supplier == null) {
        return Explanation.noMatch("segment without an anchor row or a match of the filter");
      }
      Scorer scorer = supplier.get(1);
      if (scorer.iterator().advance(document) != document) {
        return Explanation.noMatch("document without an anchor row, or filtered out");
      }
      float score = scorer.score();
      return Explanation.match(
          score,
          "score, computed as boost " + boost + SCORE_FORMULA,
          HitExplanation.linear(anchors, latent, rowOf(context, document)),
          Explanation.match(centre, "centre, the estimate of a mean document"),
          Explanation.match(scale, "scale, the widest that the estimate could vary"));
    }

    private float[] rowOf(LeafReaderContext context, int document) throws IOException {
      SegmentRows rows = Objects.requireNonNull(SegmentRows.of(context.reader(), field, anchors));
      return rows.values(rows.number(document));
    }
  }

  private final class EstimateScorer extends WeightScorer {

    private final SegmentRows rows;
    private final DocIdSetIterator matches;
    private final RowProducts products;
    private final float boost;

    EstimateScorer(Weight weight, SegmentRows rows, DocIdSetIterator matches, float boost)
        throws IOException {
      super(weight);
      this.rows = rows;
      this.matches = matches;
      this.products = anchors.encoding().products(latent.weights(), anchors.statistics().mean());
      this.boost = boost;
    }

    @Override
    public int docID() {
      return matches.docID();
    }

    @Override
    public DocIdSetIterator iterator() {
      return matches;
    }

    @Override
    public float getMaxScore(int upTo) {
      return Float.POSITIVE_INFINITY;
    }

    @Override
    public float score() throws IOException {
      double product = rows.product(rows.number(docID()), products);
      return boost * EstimateQuery.this.score(product + latent.intercept());
    }
  }
}
