package io.curlew.lucene;

import io.curlew.cur.anchor.AnchorSet;
import java.io.IOException;
import java.util.concurrent.Executor;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ReferenceManager;
import org.apache.lucene.store.Directory;
import org.jspecify.annotations.Nullable;

/**
 * Hands out {@link CurSearcher}s over an index that changes, as Lucene's {@code SearcherManager}
 * does: {@code acquire}, search, {@code release} in a {@code finally}, and {@code maybeRefresh} now
 * and then. A refresh that finds rows of other anchors fails, and what was there goes on serving.
 * Safe for use by several threads.
 */
public final class CurSearcherManager extends ReferenceManager<CurSearcher> {

  private final CurSchema schema;
  private final AnchorSet anchors;
  private final @Nullable Executor executor;

  /**
   * Serves the last commit of a directory.
   *
   * @param executor runs the scans of several segments side by side; null for the calling thread
   */
  public CurSearcherManager(
      Directory directory, CurSchema schema, AnchorSet anchors, @Nullable Executor executor)
      throws IOException {
    this(DirectoryReader.open(directory), schema, anchors, executor);
  }

  /** Serves what a writer holds, committed or not. */
  public CurSearcherManager(
      IndexWriter writer, CurSchema schema, AnchorSet anchors, @Nullable Executor executor)
      throws IOException {
    this(DirectoryReader.open(writer), schema, anchors, executor);
  }

  private CurSearcherManager(
      DirectoryReader reader, CurSchema schema, AnchorSet anchors, @Nullable Executor executor)
      throws IOException {
    this.schema = schema;
    this.anchors = anchors;
    this.executor = executor;
    this.current = open(reader);
  }

  private CurSearcher open(DirectoryReader reader) throws IOException {
    try {
      return CurSearcher.open(new IndexSearcher(reader, executor), schema, anchors);
    } catch (IOException | RuntimeException e) {
      reader.decRef();
      throw e;
    }
  }

  private static DirectoryReader reader(CurSearcher searcher) {
    return (DirectoryReader) searcher.indexSearcher().getIndexReader();
  }

  @Override
  protected @Nullable CurSearcher refreshIfNeeded(CurSearcher searcher) throws IOException {
    DirectoryReader newer = DirectoryReader.openIfChanged(reader(searcher));
    return newer == null ? null : open(newer);
  }

  @Override
  protected boolean tryIncRef(CurSearcher searcher) {
    return reader(searcher).tryIncRef();
  }

  @Override
  protected void decRef(CurSearcher searcher) throws IOException {
    reader(searcher).decRef();
  }

  @Override
  protected int getRefCount(CurSearcher searcher) {
    return reader(searcher).getRefCount();
  }
}
