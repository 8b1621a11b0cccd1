package io.curlew.data.eval;

import io.curlew.data.eval.Run.Hit;
import io.curlew.data.file.LineReader;
import io.curlew.data.file.MalformedDataException;
import io.curlew.data.file.WholeFile;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The TREC run format, read and written for {@link Run}. */
final class RunFile {
  private static final Pattern DECIMAL =
      Pattern.compile("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?");
  private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]+");

  /** The order of trec_eval: score as float descending, then id by bytes descending. */
  private static final Comparator<Hit> TREC_EVAL_ORDER =
      (a, b) -> {
        float scoreA = (float) a.score();
        float scoreB = (float) b.score();
        // Not Float.compare: that would order 0 before -0, which are a tie.
        if (scoreA != scoreB) {
          return scoreA > scoreB ? -1 : 1;
        }
        return Arrays.compareUnsigned(utf8(b.document()), utf8(a.document()));
      };

  private RunFile() {}

  static Run read(Path file) throws IOException {
    // Query -> document -> (score, line of its first mention).
    Map<String, Map<String, Entry>> entries = new LinkedHashMap<>();
    String tag = null;
    try (LineReader lines = LineReader.open(file)) {
      for (@Nullable String line = lines.next(); line != null; line = lines.next()) {
        String[] fields = line.trim().split("\\s+", -1);
        if (fields.length != 6) {
          throw lines.malformed(
              "line must have 6 columns query, Q0, document, rank, score, tag", line);
        }
        if (!INTEGER.matcher(fields[3]).matches()) {
          throw lines.malformed("rank must be an integer", fields[3]);
        }
        Entry entry = new Entry(score(fields[4], lines), lines.number());
        Entry first =
            entries
                .computeIfAbsent(fields[0], q -> new LinkedHashMap<>())
                .putIfAbsent(fields[2], entry);
        if (first != null) {
          throw lines.malformed(
              "a ranking must hold each document once",
              "query " + fields[0] + ", document " + fields[2] + " as on line " + first.line());
        }
        tag = tag == null ? fields[5] : tag;
      }
      if (tag == null) {
        throw lines.malformedWhole("run must have at least one line", "an empty file");
      }
    }
    Map<String, List<Hit>> rankings = new LinkedHashMap<>();
    entries.forEach(
        (query, scores) -> {
          List<Hit> hits = new ArrayList<>();
          scores.forEach((document, entry) -> hits.add(new Hit(document, entry.score())));
          hits.sort(TREC_EVAL_ORDER);
          rankings.put(query, hits);
        });
    return Run.of(tag, rankings);
  }

  private record Entry(double score, long line) {}

  private static double score(String text, LineReader lines) throws MalformedDataException {
    if (DECIMAL.matcher(text).matches()) {
      double score = Double.parseDouble(text);
      if (Float.isFinite((float) score)) {
        return score;
      }
    }
    throw lines.malformed("score must be a decimal number that is finite as float32", text);
  }

  static void write(Run run, Path file) throws IOException {
    requireToken("tag", run.tag());
    for (String query : run.queries()) {
      requireToken("query id", query);
      run.ranking(query).forEach(hit -> requireToken("document id", hit.document()));
    }
    WholeFile.write(
        file,
        out -> {
          BufferedWriter lines =
              new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
          for (String query : run.queries()) {
            writeRanking(run, query, lines);
          }
          lines.flush();
        });
  }

  private static void writeRanking(Run run, String query, BufferedWriter out) throws IOException {
    float previous = Float.POSITIVE_INFINITY;
    int rank = 0;
    for (Hit hit : run.ranking(query)) {
      float score = Math.min((float) hit.score(), Math.nextDown(previous));
      if (!Float.isFinite(score)) {
        throw new IllegalArgumentException(
            "scores must leave room to decrease as float32, got: " + previous + " at rank " + rank);
      }
      rank++;
      out.write(query + " Q0 " + hit.document() + " " + rank + " " + score + " " + run.tag());
      out.write('\n');
      previous = score;
    }
  }

  static void requireToken(String what, String value) {
    if (value.isEmpty() || value.codePoints().anyMatch(Character::isWhitespace)) {
      throw new IllegalArgumentException(
          what + " in a run file must not be empty or hold white space, got: \"" + value + "\"");
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
