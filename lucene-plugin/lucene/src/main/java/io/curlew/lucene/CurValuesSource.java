package io.curlew.lucene;

import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.LatentQuery;
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
public final class CurValuesSource extends DoubleValuesSource {

  private final String field;
  private final AnchorSet anchors;
  private final LatentQuery latent;

  /**
   * The estimates of documents with a row in the field.
   *
   * @param latent its first-stage weight is left out
   */
  public CurValuesSource(String field, AnchorSet anchors, LatentQuery latent) {
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
  }

  @Override
  public DoubleValues getValues(LeafReaderContext context, DoubleValues scores) throws IOException {
    RowValues values = RowValues.of(context.reader(), field, anchors);
    if (values == null) {
      return DoubleValues.EMPTY;
    }
    RowValues.Multiplier multiplier = values.scanner(latent.weights());
    return new DoubleValues() {
      @Override
      public boolean advanceExact(int document) throws IOException {
        return values.advanceExact(document);
      }

      @Override
      public double doubleValue() throws IOException {
        return (double) values.product(values.ord(), multiplier) + latent.intercept();
      }
    };
  }

  @Override
  public Explanation explain(LeafReaderContext context, int document, Explanation scores)
      throws IOException {
    RowValues values = RowValues.of(context.reader(), field, anchors);
    if (values == null || !values.advanceExact(document)) {
      return Explanation.noMatch("document without an anchor row in field \"" + field + '"');
    }
    float[] row = values.decoded(values.ord());
    return new CurExplainer(anchors).explain(latent, 0, row);
  }

  @Override
  public boolean needsScores() {
    return false;
  }

  @Override
  public DoubleValuesSource rewrite(IndexSearcher searcher) throws IOException {
    AnchorField.check(searcher.getIndexReader(), field, anchors);
    return this;
  }

  @Override
  public boolean isCacheable(LeafReaderContext context) {
    return true;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CurValuesSource that
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
    return "CurValuesSource(" + field + ", " + anchors.fingerprint() + ")";
  }
}
