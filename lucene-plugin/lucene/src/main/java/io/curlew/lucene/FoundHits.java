package io.curlew.lucene;

import io.curlew.cur.Hit;
import io.curlew.cur.SearchResult;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The hits of a search with scores as Lucene wants them: not negative, and in the order of the
 * ranking whatever the model's scores are. A score is 1 + (raw - lowest) / (highest - lowest), so
 * between 1 and 2, computed in double: an offset of the model's scores, be it a million, takes no
 * precision. Where floats do not tell two hits apart the later one is put some steps below.
 *
 * @param result of the search
 * @param documents numbers of the hits in the index, ascending
 * @param hits in the same order
 * @param scores in the same order
 */
record FoundHits(SearchResult result, int[] documents, Hit[] hits, float[] scores) {

  /** So many steps between two scores: a boost that rounds does not bring them together. */
  private static final int STEPS = 4;

  static FoundHits of(SearchResult result) {
    List<Hit> ranking = result.hits();
    float[] mapped = scores(ranking);
    int[] order =
        IntStream.range(0, ranking.size())
            .boxed()
            .sorted(Comparator.comparingInt((Integer i) -> ranking.get(i).document()))
            .mapToInt(Integer::intValue)
            .toArray();
    int[] documents = new int[order.length];
    Hit[] hits = new Hit[order.length];
    float[] scores = new float[order.length];
    for (int i = 0; i < order.length; i++) {
      hits[i] = ranking.get(order[i]);
      documents[i] = hits[i].document();
      scores[i] = mapped[order[i]];
    }
    return new FoundHits(result, documents, hits, scores);
  }

  private static float[] scores(List<Hit> ranking) {
    float[] scores = new float[ranking.size()];
    if (scores.length == 0) {
      return scores;
    }
    double lowest = ranking.getLast().score();
    double width = ranking.getFirst().score() - lowest;
    float below = Float.POSITIVE_INFINITY;
    for (int i = 0; i < scores.length; i++) {
      float score = width > 0 ? (float) (1 + (ranking.get(i).score() - lowest) / width) : 1;
      scores[i] = Math.min(score, below);
      below = scores[i] - STEPS * Math.ulp(scores[i]);
    }
    return scores;
  }

  /** The place of the first hit of a document number or above. */
  int place(int document) {
    int place = Arrays.binarySearch(documents, document);
    return place < 0 ? -1 - place : place;
  }

  double lowest() {
    return result.hits().getLast().score();
  }

  double highest() {
    return result.hits().getFirst().score();
  }
}
