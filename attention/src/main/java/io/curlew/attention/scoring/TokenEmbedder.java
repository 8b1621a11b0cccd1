package io.curlew.attention.scoring;

import ai.djl.translate.TranslateException;

/** What turns token ids into token vectors. Safe from several threads. */
interface TokenEmbedder extends AutoCloseable {
  /**
   * Embeds one text.
   *
   * @return raw token vectors, row-major
   */
  float[] embed(long[] ids) throws TranslateException, InterruptedException;

  @Override
  void close();
}
