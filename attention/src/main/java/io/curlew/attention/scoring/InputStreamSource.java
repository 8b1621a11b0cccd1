package io.curlew.attention.scoring;

import java.io.IOException;
import java.io.InputStream;

/** Where a model or tokenizer file comes from: a path, a class-path resource, a store. */
@FunctionalInterface
public interface InputStreamSource {

  /**
   * Opens the file at its start. The caller closes the stream.
   *
   * @throws IOException if the file is missing or unreadable
   */
  InputStream open() throws IOException;
}
