package io.curlew.lucene.rows;

import io.curlew.cur.BestScores;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * First-stage scores of documents: of all documents of an index, or of a list of them, which costs
 * memory by its length only.
 */
public final class DocumentScores {

  private final int @Nullable [] documents; // ascending; null if scores are by document
  private final float[] scores; // NaN where the first stage does not match

  private DocumentScores(int @Nullable [] documents, float[] scores) {
    this.documents = documents;
    this.scores = scores;
  }

  /** Scores of all documents of an index; NaN for one that the first stage does not match. */
  public static DocumentScores byDocument(float[] scores) {
    return new DocumentScores(null, scores);
  }

  /**
   * Scores of some documents.
   *
   * @param documents ascending
   */
  public static DocumentScores of(int[] documents, float[] scores) {
    return new DocumentScores(documents, scores);
  }

  /** The score of a document; NaN if the first stage does not match it. */
  public float raw(int document) {
    if (documents == null) {
      return scores[document];
    }
    int index = Arrays.binarySearch(documents, document);
    return index < 0 ? Float.NaN : scores[index];
  }

  /** The score of a document; 0 if the first stage does not match it. */
  public float of(int document) {
    float score = raw(document);
    return Float.isNaN(score) ? 0 : score;
  }

  /** The n documents with the highest scores, best first, or fewer; ties by id. */
  int[] best(int n, BitSet excluded, DocumentIds ids) throws IOException {
    int[] listed = documents;
    if (listed == null) {
      return new BestScores(ids).select(scores, excluded, n);
    }
    int[] best =
        new BestScores(some -> ids.of(pick(listed, some)))
            .select(scores, excludedOf(listed, excluded), n);
    return pick(listed, best);
  }

  private static BitSet excludedOf(int[] listed, BitSet excluded) {
    BitSet places = new BitSet();
    for (int i = 0; i < listed.length; i++) {
      places.set(i, excluded.get(listed[i]));
    }
    return places;
  }

  private static int[] pick(int[] documents, int[] places) {
    return Arrays.stream(places).map(i -> documents[i]).toArray();
  }
}
