package io.curlew.lucene;

import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.IncompatibleIndexException;
import io.curlew.cur.model.InteractionModel;
import io.curlew.cur.model.ModelScores;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/**
 * Adds documents with their anchor rows and, where wanted, dense vectors to a Lucene index. Nothing
 * is visible to readers of the directory before {@link #commit}; closing without it takes back what
 * was not committed. Adding a document costs one model call per anchor query.
 *
 * <p>A collection goes in as a stream ({@link #addStream}): batches are scored while earlier ones
 * are written, memory is bounded, commits come as it goes, and after a kill the same stream goes on
 * where the last commit left it, without scoring anything twice that was committed.
 *
 * <p>Not safe for use by several threads: the model works on its own.
 */
public final class CurIndexWriter implements Closeable {

  /** The model calls that the index has cost, in the commit's user data. */
  public static final String CALLS = "curlew.index.calls";

  private static final String STREAM = "curlew.index.stream.";

  private final IndexWriter writer;
  private final CurSchema schema;
  private final AnchorSet anchors;
  private final AnchorField anchorField;
  private final InteractionModel model;
  private final @Nullable TextEmbedder embedder;
  private final IndexingOptions options;
  private final Map<String, String> userData;
  private long calls;
  private long countedCalls; // of this writer, already in the user data

  private CurIndexWriter(
      IndexWriter writer,
      CurSchema schema,
      AnchorSet anchors,
      AnchorField anchorField,
      InteractionModel model,
      @Nullable TextEmbedder embedder,
      IndexingOptions options,
      Map<String, String> userData) {
    this.writer = writer;
    this.schema = schema;
    this.anchors = anchors;
    this.anchorField = anchorField;
    this.model = model;
    this.embedder = embedder;
    this.options = options;
    this.userData = userData;
  }

  /** Opens a directory for writing with the default options. */
  public static CurIndexWriter open(
      Directory directory,
      CurSchema schema,
      Analyzer analyzer,
      AnchorSet anchors,
      InteractionModel model,
      @Nullable TextEmbedder embedder)
      throws IOException {
    return open(directory, schema, analyzer, anchors, model, embedder, IndexingOptions.DEFAULT);
  }

  /**
   * Opens a directory for writing; an index that is there is added to.
   *
   * @param model scores documents against the anchor queries: the anchor set's model
   * @param embedder makes the vectors of the dense first stage, or null to index none, where words
   *     or another index are the first stage
   * @throws IncompatibleIndexException if the anchor set is of another model, or the index of
   *     another anchor set
   */
  public static CurIndexWriter open(
      Directory directory,
      CurSchema schema,
      Analyzer analyzer,
      AnchorSet anchors,
      InteractionModel model,
      @Nullable TextEmbedder embedder,
      IndexingOptions options)
      throws IOException {
    if (!model.fingerprint().equals(anchors.modelFingerprint())) {
      throw new IncompatibleIndexException(
          "model must be the one of the anchor set, "
              + anchors.modelFingerprint()
              + ", got: "
              + model.fingerprint());
    }
    AnchorField field = new AnchorField(schema.anchors(), anchors);
    Map<String, String> userData = new HashMap<>();
    if (DirectoryReader.indexExists(directory)) {
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        AnchorField.check(reader, schema.anchors(), anchors);
        userData.putAll(reader.getIndexCommit().getUserData());
      }
    }
    IndexWriterConfig config =
        new IndexWriterConfig(analyzer).setCodec(CurCodec.flat()).setCommitOnClose(false);
    IndexWriter writer = new IndexWriter(directory, config);
    return new CurIndexWriter(writer, schema, anchors, field, model, embedder, options, userData);
  }

  /** Adds documents; one whose id is in the index already replaces the old one. */
  public void add(List<CurDocument> documents) throws IOException {
    write(score(documents));
  }

  /** Deletes a document. */
  public void delete(String id) throws IOException {
    writer.deleteDocuments(new Term(schema.id(), id));
  }

  /**
   * Adds a stream of documents, or what is left of it: documents that an earlier run committed
   * under the same name are passed over. Scores one batch while the one before is written; when
   * writing falls behind, scoring waits. Commits as it goes, and at the end.
   *
   * @param name of the stream; the same documents in the same order whenever it is used again
   * @return the documents added by this run
   * @throws IOException if reading, scoring or writing fails; what was committed stays
   */
  public long addStream(String name, Iterator<CurDocument> documents) throws IOException {
    long committed = Long.parseLong(userData.getOrDefault(STREAM + name, "0"));
    for (long skipped = 0; skipped < committed && documents.hasNext(); skipped++) {
      documents.next();
    }
    try (StreamWriter stream = new StreamWriter(name, committed)) {
      while (documents.hasNext()) {
        List<CurDocument> batch = new ArrayList<>();
        while (batch.size() < options.batch() && documents.hasNext()) {
          batch.add(documents.next());
        }
        stream.put(score(batch));
      }
      return stream.finish();
    }
  }

  /** Writes scored batches in their order, on a thread of its own, and commits. */
  private final class StreamWriter implements Closeable {

    private final String key;
    private final long before;
    private final BoundedPipe<ScoredBatch> pipe = new BoundedPipe<>(1, this::take);
    private long position;
    private long uncommitted;

    StreamWriter(String name, long before) {
      this.key = STREAM + name;
      this.before = before;
      this.position = before;
    }

    void put(ScoredBatch batch) throws IOException {
      pipe.put(batch);
    }

    private void take(ScoredBatch batch) throws IOException {
      write(batch);
      position += batch.documents.size();
      uncommitted += batch.documents.size();
      if (uncommitted >= options.commitEvery()) {
        commitPosition(batch.callsSoFar);
      }
    }

    private void commitPosition(long callsSoFar) throws IOException {
      userData.put(key, Long.toString(position));
      commit(callsSoFar);
      uncommitted = 0;
      options.listener().committed(position);
    }

    long finish() throws IOException {
      pipe.finish();
      if (uncommitted > 0 || position == before) {
        commitPosition(calls);
      }
      return position - before;
    }

    @Override
    public void close() {
      pipe.close();
    }
  }

  private record ScoredBatch(
      List<CurDocument> documents, float[][] rows, float @Nullable [][] dense, long callsSoFar) {}

  private ScoredBatch score(List<CurDocument> documents) {
    List<String> texts = documents.stream().map(CurDocument::text).toList();
    long start = System.nanoTime();
    float[][] rows = ModelScores.anchorRows(model, anchors.queries(), texts);
    long made = (long) anchors.size() * texts.size();
    options.listener().scored(texts.size(), made, System.nanoTime() - start);
    calls += made;
    return new ScoredBatch(documents, rows, embedder == null ? null : embedder.embed(texts), calls);
  }

  private void write(ScoredBatch batch) throws IOException {
    for (int d = 0; d < batch.documents.size(); d++) {
      CurDocument document = batch.documents.get(d);
      Document lucene = lucene(document, batch.rows[d]);
      if (batch.dense != null) {
        lucene.add(
            new KnnFloatVectorField(
                schema.dense(), batch.dense[d], VectorSimilarityFunction.DOT_PRODUCT));
      }
      writer.updateDocument(new Term(schema.id(), document.id()), lucene);
    }
  }

  private Document lucene(CurDocument document, float[] row) {
    Document lucene = new Document();
    lucene.add(new StringField(schema.id(), document.id(), Field.Store.YES));
    lucene.add(new BinaryDocValuesField(schema.id(), new BytesRef(document.id())));
    lucene.add(new TextField(schema.text(), document.text(), Field.Store.YES));
    anchorField.addTo(lucene, row);
    return lucene;
  }

  /** The model calls made by this writer so far. */
  public long calls() {
    return calls;
  }

  /**
   * Makes everything added so far visible and durable.
   *
   * @param description data that describes the index, added to what earlier commits said
   */
  public void commit(Map<String, String> description) throws IOException {
    userData.putAll(description);
    commit(calls);
  }

  private void commit(long callsSoFar) throws IOException {
    long all = Long.parseLong(userData.getOrDefault(CALLS, "0")) + callsSoFar - countedCalls;
    countedCalls = callsSoFar;
    userData.put(CALLS, Long.toString(all));
    writer.setLiveCommitData(userData.entrySet());
    writer.commit();
  }

  /** The writer underneath, for near-real-time readers and for merges. */
  public IndexWriter indexWriter() {
    return writer;
  }

  /** Closes; whatever was not committed is taken back. */
  @Override
  public void close() throws IOException {
    writer.rollback();
  }
}
