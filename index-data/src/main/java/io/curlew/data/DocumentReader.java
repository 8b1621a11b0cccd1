package io.curlew.data;

import io.curlew.data.file.MalformedDataException;
import java.io.Closeable;
import java.io.IOException;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * One pass over the documents of a data set. To be closed by whoever opened it; not thread-safe.
 */
public interface DocumentReader extends Closeable {
  /**
   * The next document, or null after the last.
   *
   * @throws MalformedDataException if the next document breaks the format
   */
  @Nullable Document next() throws IOException;

  /** A reader of documents in memory. */
  static DocumentReader of(Iterable<Document> documents) {
    Iterator<Document> iterator = documents.iterator();
    return new DocumentReader() {
      @Override
      public @Nullable Document next() {
        return iterator.hasNext() ? iterator.next() : null;
      }

      @Override
      public void close() {}
    };
  }
}
