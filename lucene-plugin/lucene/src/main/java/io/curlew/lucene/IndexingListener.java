package io.curlew.lucene;

/** Told how indexing gets on: the hook for metrics and progress bars. Called from two threads. */
public interface IndexingListener {

  /** Hears nothing. */
  IndexingListener NONE = new IndexingListener() {};

  /**
   * A batch has been scored against the anchors.
   *
   * @param documents in the batch
   * @param calls of the model, one per document and anchor
   * @param nanos spent in the model
   */
  default void scored(int documents, long calls, long nanos) {}

  /**
   * Everything so far is durable.
   *
   * @param changes of the stream, from its start
   */
  default void committed(long changes) {}
}
