package io.curlew.cur.model;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a document is cut into overlapping passages, by words: what stands between white space.
 *
 * @param words in a passage, at least 1; a shorter document is one passage
 * @param overlap words that a passage shares with the next one, less than {@code words}
 */
public record Passages(int words, int overlap) {

  private static final Pattern WORD = Pattern.compile("\\S+");

  /** Checks the numbers. */
  public Passages {
    if (words < 1) {
      throw new IllegalArgumentException("words must be at least 1, got: " + words);
    }
    if (overlap < 0 || overlap >= words) {
      throw new IllegalArgumentException(
          "overlap must be between 0 and " + (words - 1) + ", got: " + overlap);
    }
  }

  /** The passages of a document, at least one; together they hold all of it. */
  public List<String> of(String document) {
    List<int[]> spans = new ArrayList<>();
    Matcher matcher = WORD.matcher(document);
    while (matcher.find()) {
      spans.add(new int[] {matcher.start(), matcher.end()});
    }
    if (spans.size() <= words) {
      return List.of(document);
    }
    List<String> passages = new ArrayList<>();
    int end;
    int from = 0;
    do {
      end = Math.min(from + words, spans.size());
      passages.add(document.substring(spans.get(from)[0], spans.get(end - 1)[1]));
      from += words - overlap;
    } while (end < spans.size());
    return passages;
  }
}
