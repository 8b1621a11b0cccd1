package io.curlew.lucene.rows;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.search.IndexSearcher;

/** Reads texts from stored fields, some beside others on the searcher's executor. */
public final class StoredTexts {

  private static final int DOCUMENTS_PER_TASK = 16;

  private StoredTexts() {}

  /** Makes the text of a document's stored fields. */
  @FunctionalInterface
  public interface Text {
    /** The text of a document. */
    String of(Document stored) throws IOException;
  }

  /**
   * The texts of documents, in the order given.
   *
   * @param fields that are read
   */
  public static List<String> of(
      IndexSearcher searcher, int[] documents, Set<String> fields, Text text) throws IOException {
    String[] texts = new String[documents.length];
    List<Callable<Boolean>> tasks = new ArrayList<>();
    for (int from = 0; from < texts.length; from += DOCUMENTS_PER_TASK) {
      int first = from;
      int end = Math.min(texts.length, from + DOCUMENTS_PER_TASK);
      tasks.add(
          () -> {
            StoredFields stored = searcher.storedFields();
            for (int i = first; i < end; i++) {
              texts[i] = text.of(stored.document(documents[i], fields));
            }
            return true;
          });
    }
    searcher.getTaskExecutor().invokeAll(tasks);
    return Arrays.asList(texts);
  }
}
