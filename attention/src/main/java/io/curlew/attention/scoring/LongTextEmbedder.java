package io.curlew.attention.scoring;

/** Texts up to a length by one embedder, longer ones by another encoder. Closes both. */
final class LongTextEmbedder implements TokenEmbedder {
  private final TokenEmbedder usual;
  private final TokenEmbedder longer;
  private final LongTexts longTexts;

  LongTextEmbedder(TokenEmbedder usual, LongTexts longTexts) {
    this.usual = usual;
    this.longer = new BertEmbedder(longTexts.encoder());
    this.longTexts = longTexts;
  }

  @Override
  public float[] embed(String text, long[] ids) {
    return (ids.length > longTexts.above() ? longer : usual).embed(text, ids);
  }

  @Override
  public void close() {
    usual.close();
    longer.close();
    longTexts.close();
  }
}
