package io.curlew.data.eval;

import io.curlew.data.file.MalformedDataException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a system returned: one ranked list of documents per query, best first. Immutable. The order
 * of a list is the ranking; its scores need not agree with it until the run is {@linkplain #write
 * written}, which makes them agree.
 */
public final class Run {
  /**
   * One line of a ranking.
   *
   * @param document the document's id, never blank
   * @param score the system's score, higher is better, finite also as a float
   */
  public record Hit(String document, double score) {
    /**
     * @throws IllegalArgumentException if the id is blank or the score is not finite as a float
     */
    public Hit {
      if (document.isBlank()) {
        throw new IllegalArgumentException(
            "document id must not be blank, got: \"" + document + "\"");
      }
      if (!Float.isFinite((float) score)) {
        throw new IllegalArgumentException(
            "score must be finite as float32, got: " + score + " for document " + document);
      }
    }
  }

  private final String tag;
  private final Map<String, List<Hit>> rankings;

  private Run(String tag, Map<String, List<Hit>> rankings) {
    this.tag = tag;
    this.rankings = rankings;
  }

  /**
   * A run from rankings, which are copied.
   *
   * @param tag the name of the system
   * @param rankings query id -> documents, best first; the order is taken as it is, whatever the
   *     scores
   * @throws IllegalArgumentException if a ranking holds a document twice
   */
  public static Run of(String tag, Map<String, List<Hit>> rankings) {
    Map<String, List<Hit>> copy = new LinkedHashMap<>();
    rankings.forEach(
        (query, hits) -> {
          Set<String> seen = new HashSet<>();
          for (Hit hit : hits) {
            if (!seen.add(hit.document())) {
              throw new IllegalArgumentException(
                  "a ranking must hold each document once, got: "
                      + hit.document()
                      + " twice for query "
                      + query);
            }
          }
          copy.put(query, List.copyOf(hits));
        });
    return new Run(tag, Collections.unmodifiableMap(copy));
  }

  /**
   * Checks an id before there is a run of it.
   *
   * @param what it is of, for the message
   * @throws IllegalArgumentException if a run file cannot hold it: it is empty or has white space
   */
  public static void requireWritable(String what, String id) {
    RunFile.requireToken(what, id);
  }

  /**
   * Reads a TREC run file: lines {@code query Q0 document rank score tag}, separated by white
   * space. As trec_eval does, ranks by score as float32, highest first, ties by document id with
   * the byte-wise larger first, and ignores the rank column beyond checking it. The tag is that of
   * the first line.
   *
   * @throws MalformedDataException with file and line if the file is absent or empty, or has a line
   *     without six columns, with a rank that is not an integer, a score that is not a finite
   *     decimal number, or a document seen before for the query
   */
  public static Run read(Path file) throws IOException {
    return RunFile.read(file);
  }

  /**
   * Writes a TREC run file, queries in the order of {@link #queries}. Within a query scores
   * strictly decrease as float32: a score that would not is replaced by the next float below the
   * one before, so that any reader that sorts by score finds the ranking of this run. Written under
   * a temporary name beside the target and then moved over it. A query with an empty ranking has no
   * line.
   *
   * @throws IllegalArgumentException before anything is written, if a query id, a document id or
   *     the tag is empty or holds white space
   */
  public void write(Path file) throws IOException {
    RunFile.write(this, file);
  }

  /** The name of the system. */
  public String tag() {
    return tag;
  }

  /** The ids of the queries, in stable order. */
  public Set<String> queries() {
    return rankings.keySet();
  }

  /** The ranking of a query, best first; empty if the query is not in the run. */
  public List<Hit> ranking(String query) {
    return rankings.getOrDefault(query, List.of());
  }

  /** The document ids of the ranking of a query, best first. */
  public List<String> documents(String query) {
    List<String> documents = new ArrayList<>();
    for (Hit hit : ranking(query)) {
      documents.add(hit.document());
    }
    return Collections.unmodifiableList(documents);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Run that && tag.equals(that.tag) && rankings.equals(that.rankings);
  }

  @Override
  public int hashCode() {
    return 31 * tag.hashCode() + rankings.hashCode();
  }

  @Override
  public String toString() {
    return "Run[" + tag + ", " + rankings.size() + " queries]";
  }
}
