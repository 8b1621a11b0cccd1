package io.curlew.data.file;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where each id of a file was first seen, so that a second mention can name both lines. */
public final class FirstLines {
  private final Map<String, Long> lines = new HashMap<>();

  /** Notes an id on the line last read. */
  public void add(String id, LineReader reader) throws MalformedDataException {
    @Nullable Long first = lines.putIfAbsent(id, reader.number());
    if (first != null) {
      throw reader.malformed("field _id must be unique", "\"" + id + "\" as on line " + first);
    }
  }
}
