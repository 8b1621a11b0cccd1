package io.curlew.lucene;

import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.IncompatibleIndexException;
import io.curlew.cur.model.InteractionModel;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.index.Term;
import org.jspecify.annotations.Nullable;

/**
 * Adds anchor rows to your documents on their way into your {@code IndexWriter}. Changes are
 * gathered, a batch of them is scored by the model while the batch before is handed over on a
 * thread of its own, in their order; when handing over falls behind, putting waits. So a few
 * batches are in memory, whatever the size of the collection. Adding a document costs one model
 * call per anchor query.
 *
 * <p>The writer stays yours: its analyzer, codec, sort, merges, commits. Any codec does; {@link
 * CurCodec} spares the graph that nobody asks for. Deletions by query and whatever else the writer
 * can do are done on it, after {@link #flush}. An id is not needed; without one, ties and samples
 * hold for one reader only.
 *
 * <p>A collection goes in as a stream ({@link #addStream}): commits come as it goes, and after a
 * kill the same stream goes on where the last commit left it, without scoring anything twice that
 * was committed.
 *
 * <p>If the model fails, what was put stays, and the next call tries again. If writing fails, this
 * writer fails for good, and what was put since the last flush may be in the index or not. Safe for
 * use by several threads, which take turns: the model works on its own.
 */
public final class AnchorRowWriter implements Closeable {

  /** The model calls that the index has cost, in the commit's user data. */
  public static final String CALLS = "curlew.index.calls";

  private static final String STREAM = "curlew.index.stream.";

  private final IndexWriter writer;
  private final List<ComputedField> fields;
  private final IndexingOptions options;
  private List<IndexChange> pending = new ArrayList<>();
  private int pendingDocuments;
  private boolean modelFailed; // the last time that it was asked
  private @Nullable BoundedPipe<ScoredChanges> pipe; // while something is on its way
  private long calls;
  private long countedCalls; // of them, already in the user data

  private AnchorRowWriter(IndexWriter writer, List<ComputedField> fields, IndexingOptions options) {
    this.writer = writer;
    this.fields = fields;
    this.options = options;
  }

  /**
   * Adds the rows of one anchor set, with the default options.
   *
   * @param field the name of the field of rows
   * @throws IncompatibleIndexException if the anchor set is of another model, or the index of
   *     another anchor set
   */
  public static AnchorRowWriter over(
      IndexWriter writer, String field, AnchorSet anchors, InteractionModel model)
      throws IOException {
    return over(
        writer, List.of(ComputedField.anchorRows(field, anchors, model)), IndexingOptions.DEFAULT);
  }

  /**
   * Adds fields of several kinds.
   *
   * @param writer is not closed with this one
   * @param fields that documents with a text are given, each with another name
   * @throws IncompatibleIndexException if the index holds what they do not go with
   */
  public static AnchorRowWriter over(
      IndexWriter writer, List<ComputedField> fields, IndexingOptions options) throws IOException {
    Set<String> names = new HashSet<>();
    for (ComputedField field : fields) {
      if (!names.add(field.name())) {
        throw new IllegalArgumentException(
            "computed fields must have different names, got twice: " + field.name());
      }
    }
    if (fields.isEmpty()) {
      throw new IllegalArgumentException("there must be a computed field, got none");
    }
    try (DirectoryReader reader = DirectoryReader.open(writer)) {
      for (ComputedField field : fields) {
        field.check(reader);
      }
    }
    return new AnchorRowWriter(writer, List.copyOf(fields), options);
  }

  /** Adds a document with the text that the model reads. */
  public void add(Iterable<? extends IndexableField> document, String text) throws IOException {
    put(IndexChange.add(AnchoredDocument.of(document, text)));
  }

  /** Puts a document in the place of those with a term, such as its id. */
  public void update(Term replaced, Iterable<? extends IndexableField> document, String text)
      throws IOException {
    put(IndexChange.update(replaced, AnchoredDocument.of(document, text)));
  }

  /** Deletes the documents with a term, in its turn among the other changes. */
  public void delete(Term deleted) throws IOException {
    put(IndexChange.delete(deleted));
  }

  /**
   * Makes a change, when its batch is full.
   *
   * @throws IOException if writing an earlier one has failed
   */
  public synchronized void put(IndexChange change) throws IOException {
    pending.add(change);
    pendingDocuments += Math.max(1, change.block().size());
    if (pendingDocuments >= options.batch()) {
      handOver();
    }
  }

  private void handOver() throws IOException {
    if (pending.isEmpty()) {
      return;
    }
    BoundedPipe<ScoredChanges> open = pipe;
    if (open != null) {
      open.check();
    }
    modelFailed = true;
    ScoredChanges scored = score(pending);
    modelFailed = false;
    if (open == null) {
      open = new BoundedPipe<>(1, changes -> changes.writeTo(writer));
      pipe = open;
    }
    open.put(scored);
    pending = new ArrayList<>();
    pendingDocuments = 0;
  }

  private ScoredChanges score(List<IndexChange> changes) {
    List<String> texts = new ArrayList<>();
    for (IndexChange change : changes) {
      for (AnchoredDocument document : change.block()) {
        String text = document.text();
        if (text != null) {
          texts.add(text);
        }
      }
    }
    List<List<IndexableField>> computed = new ArrayList<>();
    for (int from = 0; from < texts.size(); from += options.batch()) {
      int to = Math.min(texts.size(), from + options.batch());
      computed.addAll(compute(texts.subList(from, to)));
    }
    return new ScoredChanges(changes, computed, calls);
  }

  private List<List<IndexableField>> compute(List<String> texts) {
    List<List<IndexableField>> computed = new ArrayList<>();
    texts.forEach(text -> computed.add(new ArrayList<>()));
    long made = 0;
    long nanos = 0;
    for (ComputedField field : fields) {
      long start = System.nanoTime();
      List<? extends List<? extends IndexableField>> values = field.of(texts);
      if (field.callsPerDocument() > 0) {
        made += (long) field.callsPerDocument() * texts.size();
        nanos += System.nanoTime() - start;
      }
      for (int d = 0; d < computed.size(); d++) {
        computed.get(d).addAll(values.get(d));
      }
    }
    options.listener().scored(texts.size(), made, nanos);
    calls += made;
    return computed;
  }

  /**
   * Hands everything over that was put, and waits until the writer has it. Readers opened on the
   * writer from now on see it; it is durable when the writer has committed.
   */
  public synchronized void flush() throws IOException {
    handOver();
    BoundedPipe<ScoredChanges> open = pipe;
    if (open != null) {
      open.finish();
      pipe = null;
    }
    if (countedCalls != calls) { // whoever commits next
      record(calls, Map.of());
    }
  }

  /**
   * Makes the changes of a stream, or what is left of it: those that an earlier run committed under
   * the same name are passed over. Commits as it goes, and at the end; nobody else should commit
   * meanwhile.
   *
   * @param name of the stream; the same changes in the same order whenever it is used again
   * @return the changes made by this run
   * @throws IOException if scoring or writing fails; what was committed stays
   */
  public synchronized long addStream(String name, Iterator<IndexChange> changes)
      throws IOException {
    flush();
    long committed = Long.parseLong(userData().getOrDefault(STREAM + name, "0"));
    for (long skipped = 0; skipped < committed && changes.hasNext(); skipped++) {
      changes.next();
    }
    try (StreamWriter stream = new StreamWriter(STREAM + name, committed)) {
      while (changes.hasNext()) {
        List<IndexChange> batch = new ArrayList<>();
        int documents = 0;
        while (documents < options.batch() && changes.hasNext()) {
          IndexChange change = changes.next();
          batch.add(change);
          documents += Math.max(1, change.block().size());
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
    private final BoundedPipe<ScoredChanges> batches = new BoundedPipe<>(1, this::take);
    private long position;
    private long uncommitted;

    StreamWriter(String key, long before) {
      this.key = key;
      this.before = before;
      this.position = before;
    }

    void put(ScoredChanges batch) throws IOException {
      batches.put(batch);
    }

    private void take(ScoredChanges batch) throws IOException {
      batch.writeTo(writer);
      position += batch.changes().size();
      uncommitted += batch.changes().size();
      if (uncommitted >= options.commitEvery()) {
        commitPosition(batch.callsSoFar());
      }
    }

    private void commitPosition(long callsSoFar) throws IOException {
      record(callsSoFar, Map.of(key, Long.toString(position)));
      writer.commit();
      uncommitted = 0;
      options.listener().committed(position);
    }

    long finish() throws IOException {
      batches.finish();
      if (uncommitted > 0 || position == before) {
        commitPosition(calls);
      }
      return position - before;
    }

    @Override
    public void close() {
      batches.close();
    }
  }

  /** The model calls made by this writer so far. */
  public synchronized long calls() {
    return calls;
  }

  /**
   * Hands everything over and commits: it is visible and durable then.
   *
   * @param description data that describes the index, added to what earlier commits said
   */
  public synchronized void commit(Map<String, String> description) throws IOException {
    flush();
    record(calls, description);
    writer.commit();
  }

  /** What the next commit will say. */
  Map<String, String> userData() {
    Map<String, String> data = new HashMap<>();
    Iterable<Map.Entry<String, String>> live = writer.getLiveCommitData();
    if (live != null) {
      live.forEach(entry -> data.put(entry.getKey(), entry.getValue()));
    }
    return data;
  }

  /** Has the next commit say what there is. */
  private void record(long callsSoFar, Map<String, String> description) {
    Map<String, String> data = userData();
    data.putAll(description);
    long all = Long.parseLong(data.getOrDefault(CALLS, "0")) + callsSoFar - countedCalls;
    countedCalls = callsSoFar;
    data.put(CALLS, Long.toString(all));
    writer.setLiveCommitData(data.entrySet());
  }

  /** The writer underneath. */
  public IndexWriter indexWriter() {
    return writer;
  }

  /**
   * Hands over what was put, unless the model has just failed to score it or writing has failed.
   * The writer underneath is neither committed nor closed.
   */
  @Override
  public synchronized void close() throws IOException {
    try {
      if (!modelFailed) {
        flush();
      }
    } finally {
      pending = new ArrayList<>();
      pendingDocuments = 0;
      BoundedPipe<ScoredChanges> open = pipe;
      if (open != null) {
        open.close();
        pipe = null;
      }
    }
  }
}
