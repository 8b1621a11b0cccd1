package io.curlew.data;

import io.curlew.data.file.FirstLines;
import io.curlew.data.file.JsonLine;
import io.curlew.data.file.LineReader;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** One pass over a {@code corpus.jsonl}. Remembers the ids, not the texts. */
final class BeirCorpusReader implements DocumentReader {
  private final LineReader lines;
  private final FirstLines ids = new FirstLines();
  private boolean any;

  private BeirCorpusReader(LineReader lines) {
    this.lines = lines;
  }

  static BeirCorpusReader open(Path file) throws IOException {
    return new BeirCorpusReader(LineReader.open(file));
  }

  @Override
  public @Nullable Document next() throws IOException {
    String line = lines.next();
    if (line == null) {
      if (!any) {
        throw lines.malformedWhole("corpus must have at least one document", "none");
      }
      return null;
    }
    any = true;
    JsonLine json = JsonLine.parse(line, lines);
    String id = json.id();
    ids.add(id, lines);
    return Document.of(id, json.optional("title"), json.required("text"));
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
