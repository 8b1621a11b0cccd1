package io.curlew.demo.evaluate;

import io.curlew.demo.index.CurlewIndex;
import io.curlew.demo.index.DocumentCuts;
import io.curlew.demo.index.DocumentReading;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How much of the documents was not read.
 *
 * @param maxTokens at which late interaction cuts them, or their passages
 * @param passages whether long ones are read as passages
 * @param documents the share of those that it has cut, null where the index does not know
 * @param tokens the share of their tokens that it has not read, null likewise
 * @param pairs the share of pairs whose document a cross-encoder has cut, of those that it has
 *     scored in this evaluation; null if there are none or it does not say
 */
record CutText(
    int maxTokens,
    boolean passages,
    @Nullable Double documents,
    @Nullable Double tokens,
    @Nullable Double pairs) {

  static CutText of(CurlewIndex index) {
    DocumentReading reading = index.reading();
    DocumentCuts cuts = index.cuts();
    return new CutText(
        reading.maxTokens(),
        reading.passages(),
        cuts == null ? null : cuts.documentShare(),
        cuts == null ? null : cuts.tokenShare(),
        index.cutPairs());
  }

  /** In words. */
  String describe() {
    List<String> words = new ArrayList<>();
    words.add(
        (passages ? "passages of documents" : "documents") + " cut at " + maxTokens + " tokens");
    words.add(
        documents == null || tokens == null
            ? "how many is not known"
            : percent(documents) + " of documents, " + percent(tokens) + " of tokens not read");
    if (pairs != null) {
      words.add(percent(pairs) + " of pairs cut by the cross-encoder");
    }
    return String.join("; ", words);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }
}
