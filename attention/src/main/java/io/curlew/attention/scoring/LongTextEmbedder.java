package io.curlew.attention.scoring;

/** Texts up to a length by one embedder, longer ones by another. Closes both. */
final class LongTextEmbedder implements TokenEmbedder {
  private final TokenEmbedder usual;
  private final TokenEmbedder longer;
  private final int above;

  LongTextEmbedder(TokenEmbedder usual, TokenEmbedder longer, int above) {
    this.usual = usual;
    this.longer = longer;
    this.above = above;
  }

  @Override
  public float[] embed(String text, long[] ids) {
    return (ids.length > above ? longer : usual).embed(text, ids);
  }

  @Override
  public void close() {
    usual.close();
    longer.close();
  }
}
