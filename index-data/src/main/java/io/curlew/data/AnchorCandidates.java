package io.curlew.data;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Keeps the evaluated queries out of the anchor queries and of those that are trained on. */
final class AnchorCandidates {
  private static final Pattern WHITE_SPACE = Pattern.compile("\\s+");

  private AnchorCandidates() {}

  /** What two texts share that differ only in case and white space. */
  static String key(String text) {
    return WHITE_SPACE.matcher(text.strip()).replaceAll(" ").toLowerCase(Locale.ROOT);
  }

  static Set<String> keys(Collection<String> texts) {
    Set<String> keys = new HashSet<>();
    texts.forEach(text -> keys.add(key(text)));
    return keys;
  }

  /** The queries that say something else than every test query. */
  static List<TextQuery> unlike(List<TextQuery> tests, List<TextQuery> queries) {
    Set<String> taken = keys(tests.stream().map(TextQuery::text).toList());
    return queries.stream().filter(query -> !taken.contains(key(query.text()))).toList();
  }

  /** The distinct texts of {@code candidates}, in order, less those that a test query has. */
  static List<String> texts(List<TextQuery> candidates, List<TextQuery> tests) {
    Set<String> taken = keys(tests.stream().map(TextQuery::text).toList());
    return candidates.stream().map(TextQuery::text).filter(text -> taken.add(key(text))).toList();
  }
}
