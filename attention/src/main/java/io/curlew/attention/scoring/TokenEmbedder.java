package io.curlew.attention.scoring;

/** What turns token ids into token vectors. Safe from several threads. */
interface TokenEmbedder extends AutoCloseable {
  /**
   * Embeds one text.
   *
   * @param text for messages
   * @return raw token vectors, row-major
   */
  float[] embed(String text, long[] ids);

  @Override
  void close();
}
