package io.curlew.cur.model;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads long documents as overlapping passages: a document's score is its best passage's. For
 * models that cut what they read, or that lose a short answer in a long text. Anchor scores and
 * exact scores are then both of best passages.
 *
 * <p>One score still counts as one call, whatever the number of passages; the time it takes grows
 * with the document.
 */
public final class PassageModel implements InteractionModel {

  private static final Pattern WORD = Pattern.compile("\\S+");

  private final InteractionModel model;
  private final int words;
  private final int overlap;

  /**
   * Wraps a model, which is closed with this one.
   *
   * @param words in a passage, at least 1; a shorter document is one passage
   * @param overlap words that a passage shares with the next one, less than {@code words}
   */
  public PassageModel(InteractionModel model, int words, int overlap) {
    if (words < 1) {
      throw new IllegalArgumentException("words must be at least 1, got: " + words);
    }
    if (overlap < 0 || overlap >= words) {
      throw new IllegalArgumentException(
          "overlap must be between 0 and " + (words - 1) + ", got: " + overlap);
    }
    this.model = model;
    this.words = words;
    this.overlap = overlap;
  }

  @Override
  public String fingerprint() {
    return "passages:" + words + ":" + overlap + ":" + model.fingerprint();
  }

  @Override
  public float[][] score(List<String> queries, List<String> documents) {
    List<String> passages = new ArrayList<>();
    int[] ends = new int[documents.size()];
    for (int d = 0; d < ends.length; d++) {
      passages.addAll(passages(documents.get(d)));
      ends[d] = passages.size();
    }
    float[][] scores = model.score(queries, passages);
    float[][] best = new float[queries.size()][documents.size()];
    for (int q = 0; q < best.length; q++) {
      int passage = 0;
      for (int d = 0; d < ends.length; d++) {
        float highest = Float.NEGATIVE_INFINITY;
        for (; passage < ends[d]; passage++) {
          // NaN stays NaN, for the caller to find
          highest = Math.max(highest, scores[q][passage]);
        }
        best[q][d] = highest;
      }
    }
    return best;
  }

  /** The passages of a document, at least one; together they hold all of it. */
  List<String> passages(String document) {
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

  @Override
  public void close() throws Exception {
    model.close();
  }
}
