package io.curlew.attention.scoring;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256, which every Java platform has. */
final class Fingerprints {

  private Fingerprints() {}

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 must be available", e);
    }
  }

  static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Hex digest of some parts, one per line. */
  static String of(String... parts) {
    MessageDigest digest = sha256();
    digest.update(String.join("\n", parts).getBytes(StandardCharsets.UTF_8));
    return hex(digest);
  }
}
