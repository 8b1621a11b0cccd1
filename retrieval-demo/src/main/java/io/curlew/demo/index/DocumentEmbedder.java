package io.curlew.demo.index;

import io.curlew.attention.scoring.PooledText;
import io.curlew.attention.scoring.TextRole;
import io.curlew.attention.scoring.TokenEncoder;
import io.curlew.lucene.TextEmbedder;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the dense vectors of documents: that of a text, or the normalised mean of those of its
 * passages. Counts what was cut of each document that it is given.
 */
final class DocumentEmbedder implements TextEmbedder {

  private final TokenEncoder encoder;
  private final DocumentReading reading;
  private DocumentCuts cuts = DocumentCuts.NONE; // guarded by this

  DocumentEmbedder(TokenEncoder encoder, DocumentReading reading) {
    this.encoder = encoder;
    this.reading = reading;
  }

  @Override
  public float[][] embed(List<String> documents) {
    List<String> texts = new ArrayList<>();
    int[] ends = new int[documents.size()];
    for (int d = 0; d < ends.length; d++) {
      texts.addAll(reading.texts(documents.get(d)));
      ends[d] = texts.size();
    }
    List<PooledText> pooled = encoder.pooledTexts(TextRole.DOCUMENT, texts);
    float[][] vectors = new float[ends.length][];
    DocumentCuts all = DocumentCuts.NONE;
    for (int d = 0; d < ends.length; d++) {
      List<PooledText> parts = pooled.subList(d == 0 ? 0 : ends[d - 1], ends[d]);
      vectors[d] = parts.size() == 1 ? parts.getFirst().vector() : mean(parts);
      all = all.plus(cuts(parts));
    }
    add(all);
    return vectors;
  }

  private static float[] mean(List<PooledText> parts) {
    double[] sum = new double[parts.getFirst().vector().length];
    for (PooledText part : parts) {
      for (int i = 0; i < sum.length; i++) {
        sum[i] += part.vector()[i];
      }
    }
    double squares = 0;
    for (double value : sum) {
      squares += value * value;
    }
    float[] mean = new float[sum.length];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = (float) (sum[i] / Math.sqrt(squares));
    }
    return mean;
  }

  private static DocumentCuts cuts(List<PooledText> parts) {
    long tokens = 0;
    long cut = 0;
    for (PooledText part : parts) {
      tokens += part.tokens();
      cut += part.tokens() - part.kept();
    }
    return new DocumentCuts(1, cut > 0 ? 1 : 0, tokens, cut);
  }

  private synchronized void add(DocumentCuts more) {
    cuts = cuts.plus(more);
  }

  /** What was cut of all documents so far. */
  synchronized DocumentCuts cuts() {
    return cuts;
  }
}
