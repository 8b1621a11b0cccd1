package io.curlew.lucene;

/**
 * How documents are indexed. Immutable.
 *
 * @param batch documents that are scored together; a few batches are in memory at a time
 * @param commitEvery changes between two commits of a stream, at least one batch; what a kill can
 *     cost
 * @param listener told of scored batches and commits
 */
public record IndexingOptions(int batch, int commitEvery, IndexingListener listener) {

  /** Batches of 512, a commit every 8,192 changes. */
  public static final IndexingOptions DEFAULT =
      new IndexingOptions(512, 8192, IndexingListener.NONE);

  /** Checks the options. */
  public IndexingOptions {
    if (batch < 1) {
      throw new IllegalArgumentException("batch must be at least 1, got: " + batch);
    }
    if (commitEvery < batch) {
      throw new IllegalArgumentException(
          "commitEvery must be at least the batch, " + batch + ", got: " + commitEvery);
    }
  }

  /** The same, with another batch size and distance of commits. */
  public IndexingOptions withBatches(int batch, int commitEvery) {
    return new IndexingOptions(batch, commitEvery, listener);
  }

  /** The same, with a listener. */
  public IndexingOptions withListener(IndexingListener listener) {
    return new IndexingOptions(batch, commitEvery, listener);
  }
}
