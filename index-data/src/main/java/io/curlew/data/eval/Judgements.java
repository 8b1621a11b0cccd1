package io.curlew.data.eval;

import io.curlew.data.file.LineReader;
import io.curlew.data.file.MalformedDataException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Relevance judgements (qrels): for each judged query, documents with an integer grade. A grade of
 * 1 or more means relevant; 0 and below mean judged and found not relevant. Immutable; queries and
 * documents keep the order in which they were given.
 */
public final class Judgements {
  private final Map<String, Map<String, Integer>> grades;

  private Judgements(Map<String, Map<String, Integer>> grades) {
    this.grades = grades;
  }

  /** Judgements from a map query id -> document id -> grade, which is copied. */
  public static Judgements of(Map<String, ? extends Map<String, Integer>> grades) {
    Map<String, Map<String, Integer>> copy = new LinkedHashMap<>();
    grades.forEach(
        (query, judged) ->
            copy.put(query, Collections.unmodifiableMap(new LinkedHashMap<>(judged))));
    return new Judgements(Collections.unmodifiableMap(copy));
  }

  /**
   * Reads a BEIR judgements file: a header line, then {@code query-id TAB corpus-id TAB score}.
   *
   * @throws MalformedDataException with file and line if the file is absent, has no header, or has
   *     a line without three columns, with a blank id, a score that is not an integer, or a (query,
   *     document) pair seen before
   */
  public static Judgements readBeir(Path file) throws IOException {
    Map<String, Map<String, Integer>> grades = new LinkedHashMap<>();
    try (LineReader lines = LineReader.open(file)) {
      String header = lines.next();
      if (header == null) {
        throw lines.malformedWhole("file must start with a header line", "an empty file");
      }
      String[] names = header.split("\t", -1);
      if (names.length != 3 || isInteger(names[2].strip())) {
        throw lines.malformed(
            "first line must be the header query-id, corpus-id, score, tab-separated", header);
      }
      for (@Nullable String line = lines.next(); line != null; line = lines.next()) {
        String[] fields = line.split("\t", -1);
        if (fields.length != 3) {
          throw lines.malformed(
              "line must have 3 tab-separated columns query-id, corpus-id, score", line);
        }
        add(grades, fields[0], fields[1], fields[2].strip(), lines);
      }
    }
    return of(grades);
  }

  /**
   * Reads a TREC judgements file: lines {@code query iteration document grade}, separated by white
   * space; the second column is ignored.
   *
   * @throws MalformedDataException with file and line if the file is absent, or has a line without
   *     four columns, a grade that is not an integer, or a (query, document) pair seen before
   */
  public static Judgements readTrec(Path file) throws IOException {
    Map<String, Map<String, Integer>> grades = new LinkedHashMap<>();
    try (LineReader lines = LineReader.open(file)) {
      for (@Nullable String line = lines.next(); line != null; line = lines.next()) {
        String[] fields = line.trim().split("\\s+", -1);
        if (fields.length != 4) {
          throw lines.malformed("line must have 4 columns query, iteration, document, grade", line);
        }
        add(grades, fields[0], fields[2], fields[3], lines);
      }
    }
    return of(grades);
  }

  private static void add(
      Map<String, Map<String, Integer>> grades,
      String query,
      String document,
      String grade,
      LineReader lines)
      throws MalformedDataException {
    if (query.isBlank()) {
      throw lines.malformed("query id must not be blank", "\"" + query + "\"");
    }
    if (document.isBlank()) {
      throw lines.malformed("document id must not be blank", "\"" + document + "\"");
    }
    if (!isInteger(grade)) {
      throw lines.malformed("score must be an integer", "\"" + grade + "\"");
    }
    Map<String, Integer> judged = grades.computeIfAbsent(query, q -> new LinkedHashMap<>());
    if (judged.putIfAbsent(document, Integer.valueOf(grade)) != null) {
      throw lines.malformed(
          "a document must be judged once per query",
          "query " + query + ", document " + document + " again");
    }
  }

  private static boolean isInteger(String text) {
    try {
      Integer.parseInt(text);
      return true;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  /** The ids of all judged queries, in stable order. */
  public Set<String> queries() {
    return grades.keySet();
  }

  /**
   * The judged documents of a query with their grades, in stable order; empty if there are none.
   */
  public Map<String, Integer> judged(String query) {
    return grades.getOrDefault(query, Map.of());
  }

  /** The grade of a document for a query, 0 if it was not judged. */
  public int grade(String query, String document) {
    return judged(query).getOrDefault(document, 0);
  }

  /** How many judgements, that is (query, document) pairs, there are. */
  public int size() {
    return grades.values().stream().mapToInt(Map::size).sum();
  }

  /**
   * How many judgements name a document that is not among {@code documentIds}. Such judgements
   * still count in the ideal of nDCG and in the denominator of recall, as in trec_eval.
   */
  public int countOutside(Set<String> documentIds) {
    int outside = 0;
    for (Map<String, Integer> judged : grades.values()) {
      for (String document : judged.keySet()) {
        outside += documentIds.contains(document) ? 0 : 1;
      }
    }
    return outside;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Judgements that && grades.equals(that.grades);
  }

  @Override
  public int hashCode() {
    return grades.hashCode();
  }

  @Override
  public String toString() {
    return "Judgements[" + grades.size() + " queries, " + size() + " judgements]";
  }
}
