package io.curlew.attention.scoring;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.jspecify.annotations.Nullable;

/**
 * Encoded texts that were asked for lately or often, up to a number of bytes. What is in it has no
 * influence on scores: encoding the same text again gives the same vectors.
 */
final class EncodingCache {

  /** Objects, references and the cache's own node, roughly. */
  private static final int OVERHEAD_BYTES = 256;

  private final Cache<Key, EncodedText> texts;

  EncodingCache(long maxBytes) {
    this.texts =
        Caffeine.newBuilder()
            .maximumWeight(maxBytes)
            .weigher(EncodingCache::weigh)
            .executor(Runnable::run)
            .build();
  }

  private static int weigh(Key key, EncodedText text) {
    long bytes = text.bytes() + (long) Character.BYTES * key.text.length() + OVERHEAD_BYTES;
    return (int) Math.min(bytes, Integer.MAX_VALUE);
  }

  @Nullable EncodedText get(TextRole role, String text) {
    return texts.getIfPresent(new Key(role, text));
  }

  void put(TextRole role, String text, EncodedText encoded) {
    texts.put(new Key(role, text), encoded);
  }

  private record Key(TextRole role, String text) {}
}
