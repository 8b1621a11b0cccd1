package io.curlew.lucene;

import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.LatentQuery;
import io.curlew.cur.anchor.RowProducts;
import io.curlew.lucene.rows.HitExplanation;
import io.curlew.lucene.rows.RowFields;
import io.curlew.lucene.rows.SegmentRows;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.DoubleValues;
import org.apache.lucene.search.DoubleValuesSource;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.IndexSearcher;

/**
 * The estimates of a latent query as values, for function scores, sorting and expressions: raw, in
 * the unit of the model's scores, whatever their sign. A document without an anchor row has none.
 * Immutable. Makes no model call.
 */
public final class EstimateValuesSource extends DoubleValuesSource {

  private final String field;
  private final AnchorSet anchors;
  private final LatentQuery latent;

  /** The estimates of documents with a row in the field. */
  public EstimateValuesSource(String field, AnchorSet anchors, LatentQuery latent) {
    anchors.check(latent);
    this.field = Objects.requireNonNull(field, "field");
    this.anchors = anchors;
    this.latent = latent;
  }

  @Override
  public DoubleValues getValues(LeafReaderContext context, DoubleValues scores) throws IOException {
    SegmentRows rows = SegmentRows.of(context.reader(), field, anchors);
    if (rows == null) {
      return DoubleValues.EMPTY;
    }
    RowProducts products =
        anchors.encoding().products(latent.weights(), anchors.statistics().mean());
    return new DoubleValues() {
      @Override
      public boolean advanceExact(int document) throws IOException {
        return rows.advanceExact(document);
      }

      @Override
      public double doubleValue() throws IOException {
        return (double) rows.product(rows.number(), products) + latent.intercept();
      }
    };
  }

  @Override
  public Explanation explain(LeafReaderContext context, int document, Explanation scores)
      throws IOException {
    SegmentRows rows = SegmentRows.of(context.reader(), field, anchors);
    if (rows == null || !rows.advanceExact(document)) {
      return Explanation.noMatch("document without an anchor row in field \"" + field + '"');
    }
    float[] row = rows.values(rows.number());
    return HitExplanation.linear(anchors, latent, row);
  }

  @Override
  public boolean needsScores() {
    return false;
  }

  @Override
  public DoubleValuesSource rewrite(IndexSearcher searcher) throws IOException {
    RowFields.check(searcher.getIndexReader(), field, anchors);
    return this;
  }

  @Override
  public boolean isCacheable(LeafReaderContext context) {
    return true;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EstimateValuesSource that
        && field.equals(that.field)
        && anchors.fingerprint().equals(that.anchors.fingerprint())
        && latent.intercept() == that.latent.intercept()
        && Arrays.equals(latent.weights(), that.latent.weights());
  }

  @Override
  public int hashCode() {
    return Objects.hash(
        field, anchors.fingerprint(), latent.intercept(), Arrays.hashCode(latent.weights()));
  }

  @Override
  public String toString() {
    return "EstimateValuesSource(" + field + ", " + anchors.fingerprint() + ")";
  }
}
