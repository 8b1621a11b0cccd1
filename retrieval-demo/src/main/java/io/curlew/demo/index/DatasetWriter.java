package io.curlew.demo.index;

import io.curlew.data.Document;
import io.curlew.lucene.AnchorRowWriter;
import io.curlew.lucene.AnchoredDocument;
import io.curlew.lucene.ComputedField;
import io.curlew.lucene.CurCodec;
import io.curlew.lucene.CurSchema;
import io.curlew.lucene.IndexChange;
import io.curlew.lucene.IndexingOptions;
import io.curlew.lucene.TextEmbedder;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/**
 * Writes the documents of a data set into the fields of {@link CurSchema#DEFAULT}, with anchor rows
 * and, where there is an embedder, vectors. A document whose id is there takes its place. Closed,
 * it takes back what was not committed.
 */
final class DatasetWriter implements Closeable {

  private static final CurSchema SCHEMA = CurSchema.DEFAULT;

  /** Token vectors fill a smaller one with some hundred documents: a segment for each batch. */
  private static final int BUFFER_MB = 256;

  private final IndexWriter writer;
  private final AnchorRowWriter rows;

  private DatasetWriter(IndexWriter writer, AnchorRowWriter rows) {
    this.writer = writer;
    this.rows = rows;
  }

  /**
   * Opens a directory; an index that is there is added to.
   *
   * @param rows anchor rows in the field of the schema
   */
  static DatasetWriter open(
      Directory directory,
      ComputedField rows,
      @Nullable TextEmbedder embedder,
      IndexingOptions options)
      throws IOException {
    List<ComputedField> fields = new ArrayList<>();
    fields.add(rows);
    if (embedder != null) {
      fields.add(ComputedField.vectors(SCHEMA.dense(), embedder));
    }
    IndexWriterConfig config =
        new IndexWriterConfig(CurlewIndex.analyzer())
            .setCodec(CurCodec.flatFor(SCHEMA.anchors()))
            .setRAMBufferSizeMB(BUFFER_MB)
            .setCommitOnClose(false);
    IndexWriter writer = new IndexWriter(directory, config);
    try {
      return new DatasetWriter(writer, AnchorRowWriter.over(writer, fields, options));
    } catch (IOException | RuntimeException e) {
      writer.rollback();
      throw e;
    }
  }

  /** Adds what is left of a collection, and commits as it goes. */
  void addStream(String name, List<Document> documents) throws IOException {
    rows.addStream(name, documents.stream().map(DatasetWriter::change).iterator());
  }

  /** Adds documents. */
  void add(List<Document> documents) throws IOException {
    for (Document document : documents) {
      rows.put(change(document));
    }
  }

  /** Waits until the documents that were added have their rows and vectors. */
  void flush() throws IOException {
    rows.flush();
  }

  void commit(Map<String, String> description) throws IOException {
    rows.commit(description);
  }

  private static IndexChange change(Document document) {
    List<Field> fields =
        List.of(
            new StringField(SCHEMA.requireId(), document.id(), Field.Store.YES),
            new BinaryDocValuesField(SCHEMA.requireId(), new BytesRef(document.id())),
            new TextField(SCHEMA.text(), document.text(), Field.Store.YES));
    return IndexChange.update(
        new Term(SCHEMA.requireId(), document.id()), AnchoredDocument.of(fields, document.text()));
  }

  @Override
  public void close() throws IOException {
    try (IndexWriter last = writer;
        AnchorRowWriter first = rows) {
      // rows are handed over before the writer drops what is not committed
    }
  }
}
