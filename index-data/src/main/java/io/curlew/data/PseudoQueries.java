package io.curlew.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;

/** Queries cut out of documents, for anchors where there are not enough real ones. */
public final class PseudoQueries {
  private static final int MIN_WORDS = 6;
  private static final int MAX_WORDS = 14;
  private static final int MIN_WHOLE_TEXT_WORDS = 3;
  private static final int TRIES_PER_QUERY = 20;
  private static final Pattern WHITE_SPACE = Pattern.compile("\\s+");

  private final int count;
  private final Set<String> taken;
  private final List<String> found = new ArrayList<>();

  private PseudoQueries(int count, Set<String> exclude) {
    this.count = count;
    this.taken = new HashSet<>(AnchorCandidates.keys(exclude));
  }

  /**
   * Cuts distinct spans of 6 to 14 words out of random documents; a document of 3 to 5 words is
   * taken whole, a shorter one not at all. Words are separated by white space and joined by one
   * space. After 20 random draws per query wanted, goes through what is left in order, so that
   * fewer than {@code count} are returned only if the documents hold no more.
   *
   * @param documents where to cut
   * @param count how many, at least 0
   * @param seed the same seed and documents give the same queries
   * @param exclude texts never to return, nor any that differ from one only in case and white space
   * @return at most {@code count} texts, no two the same but for case
   * @throws IllegalArgumentException if {@code count} is negative
   */
  public static List<String> cut(
      List<Document> documents, int count, long seed, Set<String> exclude) {
    if (count < 0) {
      throw new IllegalArgumentException("count must be at least 0, got: " + count);
    }
    PseudoQueries queries = new PseudoQueries(count, exclude);
    if (!documents.isEmpty()) {
      queries.draw(documents, new Random(seed));
      queries.enumerate(documents);
    }
    return Collections.unmodifiableList(queries.found);
  }

  private void draw(List<Document> documents, Random random) {
    for (long tries = (long) count * TRIES_PER_QUERY; tries > 0 && !isDone(); tries--) {
      String[] words = words(documents.get(random.nextInt(documents.size())));
      if (words.length >= MIN_WORDS) {
        int longest = Math.min(MAX_WORDS, words.length);
        int length = MIN_WORDS + random.nextInt(longest - MIN_WORDS + 1);
        add(words, random.nextInt(words.length - length + 1), length);
      } else {
        addWhole(words);
      }
    }
  }

  private void enumerate(List<Document> documents) {
    for (Document document : documents) {
      if (isDone()) {
        return;
      }
      String[] words = words(document);
      addWhole(words);
      for (int length = MIN_WORDS; length <= Math.min(MAX_WORDS, words.length); length++) {
        for (int start = 0; start + length <= words.length && !isDone(); start++) {
          add(words, start, length);
        }
      }
    }
  }

  private boolean isDone() {
    return found.size() >= count;
  }

  private void addWhole(String[] words) {
    if (words.length >= MIN_WHOLE_TEXT_WORDS && words.length < MIN_WORDS) {
      add(words, 0, words.length);
    }
  }

  private void add(String[] words, int start, int length) {
    String span = String.join(" ", Arrays.asList(words).subList(start, start + length));
    if (taken.add(AnchorCandidates.key(span))) {
      found.add(span);
    }
  }

  private static String[] words(Document document) {
    return WHITE_SPACE.split(document.text().strip(), -1);
  }
}
