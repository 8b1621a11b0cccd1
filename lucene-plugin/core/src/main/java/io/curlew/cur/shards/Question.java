package io.curlew.cur.shards;

import io.curlew.cur.Opening;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a shard is asked in one message.
 *
 * @param anchors the fingerprint of the anchors of whoever asks
 * @param view to be answered only if the shard's is another one; empty for in any case
 * @param opening lists and samples, or null
 * @param scored ids of documents to score
 * @param scan or null
 */
record Question(
    String anchors,
    String view,
    @Nullable Opening opening,
    List<String> scored,
    @Nullable Scan scan) {

  private static final int VERSION = 1;

  byte[] toBytes() {
    MessageWriter out = new MessageWriter(VERSION);
    out.text(anchors);
    out.text(view);
    out.flag(opening != null);
    if (opening != null) {
      out.number(opening.listed());
      out.number(opening.latentUpTo());
      out.number(opening.sampled());
      out.number(opening.seed());
    }
    out.texts(scored);
    out.flag(scan != null);
    if (scan != null) {
      out.floats(scan.weights());
      out.floats(new float[] {scan.intercept()});
      out.number(scan.n());
      out.texts(scan.excluded());
    }
    return out.toBytes();
  }

  /**
   * Reads a question.
   *
   * @throws IllegalArgumentException if the bytes are not one
   */
  static Question of(byte[] bytes) {
    MessageReader in = new MessageReader("question", VERSION, bytes);
    String anchors = in.text();
    String view = in.text();
    Opening opening =
        in.flag() ? new Opening(in.count(), in.number(), in.count(), in.number()) : null;
    List<String> scored = in.texts();
    Scan scan = in.flag() ? new Scan(in.floats(), in.floats(1)[0], in.count(), in.texts()) : null;
    in.end();
    return new Question(anchors, view, opening, scored, scan);
  }
}
