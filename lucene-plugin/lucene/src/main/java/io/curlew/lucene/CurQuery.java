package io.curlew.lucene;

import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.LatentQuery;
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
 * calculate with, use {@link CurValuesSource}.
 *
 * <p>Immutable, with {@code equals} and {@code hashCode} for the query cache. Cost: one product of
 * {@code anchors} terms per document that the filter lets through.
 */
public final class CurQuery extends Query {

  private static final String SCORE_FORMULA =
      " * (z >= 0 ? 1 + z : 1 / (1 - z)), z = (estimate - centre) / scale, from:";

  private final String field;
  private final AnchorSet anchors;
  private final LatentQuery latent;
  private final @Nullable Query filter;
  private final double centre;
  private final double scale;

  /** A query over all documents with a row in the field. */
  public CurQuery(String field, AnchorSet anchors, LatentQuery latent) {
    this(field, anchors, latent, null);
  }

  /**
   * A query over the documents that match a filter.
   *
   * @param field the anchor field
   * @param anchors of the index
   * @param latent its first-stage weight is left out: a query sees no first stage
   * @throws IllegalArgumentException if the latent query is not of these anchors
   */
  public CurQuery(String field, AnchorSet anchors, LatentQuery latent, @Nullable Query filter) {
    if (latent.weights().length != anchors.dimension()) {
      throw new IllegalArgumentException(
          "latent query must have "
              + anchors.dimension()
              + " weights, got: "
              + latent.weights().length);
    }
    this.field = Objects.requireNonNull(field, "field");
    this.anchors = anchors;
    this.latent = latent;
    this.filter = filter;
    this.centre = latent.intercept() + anchors.statistics().meanOf(latent.weights());
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
    return rewritten == filter ? this : new CurQuery(field, anchors, latent, rewritten);
  }

  @Override
  public Weight createWeight(IndexSearcher searcher, ScoreMode scoreMode, float boost)
      throws IOException {
    AnchorField.check(searcher.getIndexReader(), field, anchors);
    Weight accepted =
        filter == null
            ? null
            : searcher.createWeight(searcher.rewrite(filter), ScoreMode.COMPLETE_NO_SCORES, 1);
    return new CurWeight(accepted, boost);
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
    return "CurQuery("
        + field
        + ", "
        + anchors.fingerprint()
        + (filter == null ? ")" : ", " + filter + ")");
  }

  @Override
  public boolean equals(Object other) {
    return sameClassAs(other) && equalsTo((CurQuery) other);
  }

  private boolean equalsTo(CurQuery that) {
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

  private final class CurWeight extends Weight {

    private final @Nullable Weight accepted;
    private final float boost;

    CurWeight(@Nullable Weight accepted, float boost) {
      super(CurQuery.this);
      this.accepted = accepted;
      this.boost = boost;
    }

    @Override
    public @Nullable ScorerSupplier scorerSupplier(LeafReaderContext context) throws IOException {
      RowValues values = RowValues.of(context.reader(), field, anchors);
      ScorerSupplier filtered = accepted == null ? null : accepted.scorerSupplier(context);
      if (values == null || (accepted != null && filtered == null)) {
        return null;
      }
      return new ScorerSupplier() {
        @Override
        public Scorer get(long leadCost) throws IOException {
          DocIdSetIterator rows = values.iterator();
          DocIdSetIterator matches =
              filtered == null
                  ? rows
                  : ConjunctionUtils.intersectIterators(
                      List.of(rows, filtered.get(leadCost).iterator()));
          return new CurScorer(values, matches, boost);
        }

        @Override
        public long cost() {
          return filtered == null ? values.size() : Math.min(values.size(), filtered.cost());
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
          new CurExplainer(anchors).explain(latent, 0, rowOf(context, document)),
          Explanation.match(centre, "centre, the estimate of a mean document"),
          Explanation.match(scale, "scale, the widest that the estimate could vary"));
    }

    private float[] rowOf(LeafReaderContext context, int document) throws IOException {
      RowValues values = Objects.requireNonNull(RowValues.of(context.reader(), field, anchors));
      return values.decoded(values.ord(document));
    }
  }

  private final class CurScorer extends Scorer {

    private final RowValues values;
    private final DocIdSetIterator matches;
    private final RowValues.Multiplier multiplier;
    private final float boost;

    CurScorer(RowValues values, DocIdSetIterator matches, float boost) throws IOException {
      this.values = values;
      this.matches = matches;
      this.multiplier = values.scanner(latent.weights());
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
      double product = values.product(values.ord(docID()), multiplier);
      return boost * CurQuery.this.score(product + latent.intercept());
    }
  }
}
