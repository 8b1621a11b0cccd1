package io.curlew.lucene.rows;

import java.util.Arrays;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.Weight;

/** The hits of a search in one segment, with scores that are known. */
public final class HitsScorer extends WeightScorer {

  private final int[] documents; // of the whole index, ascending
  private final float[] scores;
  private final int docBase;
  private final int first;
  private final int end;
  private final float boost;
  private final float most;
  private int place; // of the current hit; first - 1 before it

  /**
   * Some hits.
   *
   * @param documents of the whole index, ascending
   * @param scores in the same order
   * @param docBase of the segment
   * @param first the place of its first hit
   * @param end the place after its last
   * @param boost multiplies the scores
   */
  public HitsScorer(
      Weight weight,
      int[] documents,
      float[] scores,
      int docBase,
      int first,
      int end,
      float boost) {
    super(weight);
    this.documents = documents;
    this.scores = scores;
    this.docBase = docBase;
    this.first = first;
    this.end = end;
    this.boost = boost;
    this.place = first - 1;
    float highest = 0;
    for (int i = first; i < end; i++) {
      highest = Math.max(highest, scores[i]);
    }
    this.most = highest;
  }

  /** The place of the first hit of a document number or above. */
  public static int place(int[] documents, int document) {
    int place = Arrays.binarySearch(documents, document);
    return place < 0 ? -1 - place : place;
  }

  @Override
  public int docID() {
    if (place < first) {
      return -1;
    }
    return place < end ? documents[place] - docBase : DocIdSetIterator.NO_MORE_DOCS;
  }

  @Override
  public DocIdSetIterator iterator() {
    return new DocIdSetIterator() {
      @Override
      public int docID() {
        return HitsScorer.this.docID();
      }

      @Override
      public int nextDoc() {
        place++;
        return docID();
      }

      @Override
      public int advance(int target) {
        place = target == NO_MORE_DOCS ? end : Math.min(end, place(documents, docBase + target));
        return docID();
      }

      @Override
      public long cost() {
        return end - first;
      }
    };
  }

  @Override
  public float getMaxScore(int upTo) {
    return most * boost;
  }

  @Override
  public float score() {
    return scores[place] * boost;
  }
}
