package io.curlew.lucene;

import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.model.InteractionModel;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.store.Directory;
import org.jspecify.annotations.Nullable;

/**
 * An {@link AnchorRowWriter} over a writer of {@link TextDocument}s; closed, it takes back what was
 * not committed.
 */
final class TextIndexWriter implements Closeable {

  private final IndexWriter writer;
  private final AnchorRowWriter rows;
  private final CurSchema schema;

  private TextIndexWriter(IndexWriter writer, AnchorRowWriter rows, CurSchema schema) {
    this.writer = writer;
    this.rows = rows;
    this.schema = schema;
  }

  static TextIndexWriter open(
      Directory directory,
      CurSchema schema,
      Analyzer analyzer,
      AnchorSet anchors,
      InteractionModel model,
      @Nullable TextEmbedder embedder)
      throws IOException {
    return open(directory, schema, analyzer, anchors, model, embedder, IndexingOptions.DEFAULT);
  }

  static TextIndexWriter open(
      Directory directory,
      CurSchema schema,
      Analyzer analyzer,
      AnchorSet anchors,
      InteractionModel model,
      @Nullable TextEmbedder embedder,
      IndexingOptions options)
      throws IOException {
    List<ComputedField> fields = new ArrayList<>();
    fields.add(ComputedField.anchorRows(schema.anchors(), anchors, model));
    if (embedder != null) {
      fields.add(ComputedField.vectors(schema.dense(), embedder));
    }
    IndexWriterConfig config =
        new IndexWriterConfig(analyzer).setCodec(CurCodec.flat()).setCommitOnClose(false);
    IndexWriter writer = new IndexWriter(directory, config);
    try {
      return new TextIndexWriter(writer, AnchorRowWriter.over(writer, fields, options), schema);
    } catch (IOException | RuntimeException e) {
      writer.rollback();
      throw e;
    }
  }

  /** Adds documents, each in the place of the one with its id. */
  void add(List<TextDocument> documents) throws IOException {
    for (TextDocument document : documents) {
      rows.put(document.change(schema));
    }
    rows.flush();
  }

  long addStream(String name, Iterator<TextDocument> documents) throws IOException {
    Iterator<IndexChange> changes =
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            return documents.hasNext();
          }

          @Override
          public IndexChange next() {
            return documents.next().change(schema);
          }
        };
    return rows.addStream(name, changes);
  }

  void delete(String id) throws IOException {
    rows.delete(new Term(schema.requireId(), id));
    rows.flush();
  }

  void commit(Map<String, String> description) throws IOException {
    rows.commit(description);
  }

  AnchorRowWriter rows() {
    return rows;
  }

  IndexWriter indexWriter() {
    return writer;
  }

  @Override
  public void close() throws IOException {
    try (IndexWriter last = writer;
        AnchorRowWriter first = rows) {
      // in the opposite order
    }
  }
}
