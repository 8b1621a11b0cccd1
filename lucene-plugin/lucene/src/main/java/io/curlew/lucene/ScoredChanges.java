package io.curlew.lucene;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.apache.lucene.document.Field;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexableField;

/**
 * Changes whose computed fields are made, in their order.
 *
 * @param computed for each document that has a text, in the order of the changes
 * @param callsSoFar model calls of the writer up to and with these
 */
record ScoredChanges(
    List<IndexChange> changes, List<List<IndexableField>> computed, long callsSoFar) {

  /** Hands them over. */
  void writeTo(IndexWriter writer) throws IOException {
    Iterator<List<IndexableField>> next = computed.iterator();
    for (IndexChange change : changes) {
      List<List<IndexableField>> documents = new ArrayList<>();
      for (AnchoredDocument document : change.block()) {
        List<IndexableField> fields = new ArrayList<>(document.fields());
        if (document.text() != null) {
          fields.addAll(next.next());
        }
        documents.add(fields);
      }
      write(change, documents, writer);
    }
  }

  private static void write(
      IndexChange change, List<List<IndexableField>> documents, IndexWriter writer)
      throws IOException {
    Field[] softDeletes = change.softDeletes().toArray(Field[]::new);
    if (documents.isEmpty()) {
      if (softDeletes.length == 0) {
        writer.deleteDocuments(change.replaced());
      } else {
        writer.updateDocValues(Objects.requireNonNull(change.replaced()), softDeletes);
      }
    } else if (softDeletes.length == 0) {
      writer.updateDocuments(change.replaced(), documents);
    } else {
      writer.softUpdateDocuments(change.replaced(), documents, softDeletes);
    }
  }
}
