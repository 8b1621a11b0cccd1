package io.curlew.lucene;

import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.IncompatibleIndexException;
import io.curlew.lucene.rows.RowFields;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.IndexReader;

/**
 * The field that holds anchor rows, in the {@link io.curlew.cur.anchor.RowEncoding} of their anchor
 * set. Every segment carries the fingerprint of the anchor set.
 */
public final class AnchorField {

  private final RowFields fields;

  /** A field of this name for rows of this anchor set. */
  public AnchorField(String name, AnchorSet anchors) {
    this.fields = new RowFields(name, anchors);
  }

  /**
   * Adds the row of one document, and its |phi|^2 beside it.
   *
   * @param row its scores against the anchor queries
   * @throws IllegalArgumentException if they are not as many as the queries
   */
  public void addTo(Document document, float[] row) {
    fields.of(row).forEach(document::add);
  }

  /**
   * Checks that every segment of an index holds rows of this anchor set and no other.
   *
   * @throws IncompatibleIndexException naming both fingerprints if one does not
   */
  public static void check(IndexReader reader, String field, AnchorSet anchors)
      throws IncompatibleIndexException {
    RowFields.check(reader, field, anchors);
  }
}
