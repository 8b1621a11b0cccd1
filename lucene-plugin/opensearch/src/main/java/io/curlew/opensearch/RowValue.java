package io.curlew.opensearch;

import io.curlew.cur.anchor.AnchorSet;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/**
 * An anchor row as a document's source has it, one string: the fingerprint of the anchors, a digest
 * of the text that was scored, and the scores, {@code FINGERPRINT:DIGEST:BASE64}. So it goes along
 * wherever the source goes, and is refused where the anchors or the text are others: a row of
 * another text is never searched.
 */
final class RowValue {

  private static final int DIGEST_BYTES = 8;

  private RowValue() {}

  /** The value of a row. */
  static String of(AnchorSet anchors, String text, float[] row) {
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * row.length);
    bytes.asFloatBuffer().put(row);
    return anchors.fingerprint()
        + ':'
        + digest(text)
        + ':'
        + Base64.getEncoder().encodeToString(bytes.array());
  }

  /** Whether a value is of these anchors and this text. */
  static boolean isOf(Object value, AnchorSet anchors, String text) {
    return value instanceof String string
        && string.startsWith(anchors.fingerprint() + ':' + digest(text) + ':');
  }

  /**
   * The row of a value.
   *
   * @throws IllegalArgumentException if it is none, or of other anchors, or of another text
   */
  static float[] read(String value, AnchorSet anchors, String text) {
    String[] parts = value.split(":", -1);
    int anchorsEnd = value.length() - parts[parts.length - 1].length() - 1;
    if (parts.length < 3) {
      throw new IllegalArgumentException(
          "row must be one that the ingest processor "
              + AnchorRowProcessor.TYPE
              + " has made, got: "
              + value.substring(0, Math.min(40, value.length())));
    }
    String digest = parts[parts.length - 2];
    String fingerprint = value.substring(0, anchorsEnd - digest.length() - 1);
    if (!fingerprint.equals(anchors.fingerprint())) {
      throw new IllegalArgumentException(
          "row must be of the anchor set " + anchors.fingerprint() + ", got: " + fingerprint);
    }
    if (!digest.equals(digest(text))) {
      throw new IllegalArgumentException(
          "row must be of the document's text, got that of another: index the whole document"
              + " through the pipeline, a partial update by _bulk does not pass through it");
    }
    float[] row = new float[anchors.size()];
    byte[] bytes = Base64.getDecoder().decode(parts[parts.length - 1]);
    if (bytes.length != Float.BYTES * row.length) {
      throw new IllegalArgumentException(
          "row must have " + row.length + " scores, got: " + bytes.length / Float.BYTES);
    }
    ByteBuffer.wrap(bytes).asFloatBuffer().get(row);
    for (float score : row) {
      if (!Float.isFinite(score)) {
        throw new IllegalArgumentException("scores of a row must be finite, got: " + score);
      }
    }
    return row;
  }

  private static String digest(String text) {
    try {
      byte[] whole =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(Arrays.copyOf(whole, DIGEST_BYTES));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }
}
