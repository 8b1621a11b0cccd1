package io.curlew.lucene;

import java.util.List;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.index.Term;
import org.apache.lucene.util.BytesRef;

/** A document with an id and a text, in the fields of a schema. */
record TextDocument(String id, String text) {

  /** Takes the place of the one with the same id. */
  IndexChange change(CurSchema schema) {
    return IndexChange.update(
        new Term(schema.requireId(), id), AnchoredDocument.of(fields(schema), text));
  }

  List<IndexableField> fields(CurSchema schema) {
    return List.of(
        new StringField(schema.requireId(), id, Field.Store.YES),
        new BinaryDocValuesField(schema.requireId(), new BytesRef(id)),
        new TextField(schema.text(), text, Field.Store.YES));
  }

  /** The document that stored fields are of. */
  static List<IndexableField> copy(Document stored, CurSchema schema) {
    return new TextDocument(stored.get(schema.requireId()), stored.get(schema.text()))
        .fields(schema);
  }
}
