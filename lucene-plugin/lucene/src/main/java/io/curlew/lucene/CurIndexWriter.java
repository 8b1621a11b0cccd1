package io.curlew.lucene;

import io.curlew.cur.AnchorSet;
import io.curlew.cur.InteractionModel;
import io.curlew.cur.ModelScores;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.BytesRef;

/**
 * Adds documents with their anchor rows and dense vectors to a Lucene index. Nothing is visible to
 * readers before {@link #commit}; closing without it takes everything back. Adding a document costs
 * one model call per anchor query. Not safe for use by several threads: the model works on its own.
 */
public final class CurIndexWriter implements Closeable {

  private final IndexWriter writer;
  private final CurSchema schema;
  private final AnchorSet anchors;
  private final AnchorField anchorField;
  private final InteractionModel model;
  private final TextEmbedder embedder;
  private long calls;

  private CurIndexWriter(
      IndexWriter writer,
      CurSchema schema,
      AnchorSet anchors,
      InteractionModel model,
      TextEmbedder embedder) {
    this.writer = writer;
    this.schema = schema;
    this.anchors = anchors;
    this.anchorField = AnchorField.of(schema.anchors(), anchors);
    this.model = model;
    this.embedder = embedder;
  }

  /**
   * Opens a directory for writing; an index that is there is added to.
   *
   * @param model scores documents against the anchor queries: the anchor set's model
   * @param embedder makes the vectors of the dense first stage
   * @throws IncompatibleIndexException if the anchor set is of another model, or the index of
   *     another anchor set
   */
  public static CurIndexWriter open(
      Directory directory,
      CurSchema schema,
      Analyzer analyzer,
      AnchorSet anchors,
      InteractionModel model,
      TextEmbedder embedder)
      throws IOException {
    if (!model.fingerprint().equals(anchors.modelFingerprint())) {
      throw new IncompatibleIndexException(
          "model must be the one of the anchor set, "
              + anchors.modelFingerprint()
              + ", got: "
              + model.fingerprint());
    }
    if (DirectoryReader.indexExists(directory)) {
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        AnchorField.check(reader, schema.anchors(), anchors);
      }
    }
    IndexWriterConfig config =
        new IndexWriterConfig(analyzer).setCodec(CurCodec.flat()).setCommitOnClose(false);
    IndexWriter writer = new IndexWriter(directory, config);
    return new CurIndexWriter(writer, schema, anchors, model, embedder);
  }

  /** Adds documents; one whose id is in the index already replaces the old one. */
  public void add(List<CurDocument> documents) throws IOException {
    List<String> texts = documents.stream().map(CurDocument::text).toList();
    float[][] rows = ModelScores.anchorRows(model, anchors.queries(), texts);
    calls += (long) anchors.size() * texts.size();
    float[][] dense = embedder.embed(texts);
    for (int d = 0; d < documents.size(); d++) {
      CurDocument document = documents.get(d);
      writer.updateDocument(
          new Term(schema.id(), document.id()), lucene(document, rows[d], dense[d]));
    }
  }

  private Document lucene(CurDocument document, float[] row, float[] dense) {
    Document lucene = new Document();
    lucene.add(new StringField(schema.id(), document.id(), Field.Store.YES));
    lucene.add(new BinaryDocValuesField(schema.id(), new BytesRef(document.id())));
    lucene.add(new TextField(schema.text(), document.text(), Field.Store.YES));
    lucene.add(anchorField.row(row));
    int norm = Float.floatToIntBits(anchors.statistics().squaredNorm(row));
    lucene.add(new NumericDocValuesField(schema.squaredNorms(), norm));
    lucene.add(
        new KnnFloatVectorField(schema.dense(), dense, VectorSimilarityFunction.DOT_PRODUCT));
    return lucene;
  }

  /** The model calls made so far. */
  public long calls() {
    return calls;
  }

  /** Makes everything added so far visible and durable, with data that describes the index. */
  public void commit(Map<String, String> description) throws IOException {
    writer.setLiveCommitData(description.entrySet());
    writer.commit();
  }

  /** Closes; whatever was not committed is taken back. */
  @Override
  public void close() throws IOException {
    writer.rollback();
  }
}
