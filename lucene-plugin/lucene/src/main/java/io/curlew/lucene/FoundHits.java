package io.curlew.lucene;

import io.curlew.cur.Hit;
import io.curlew.cur.SearchResult;
import io.curlew.lucene.rows.HitsScorer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.lucene.index.FilterLeafReader;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.jspecify.annotations.Nullable;

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
 * @param segments of the reader that was searched
 */
record FoundHits(
    SearchResult result, int[] documents, Hit[] hits, float[] scores, List<Segment> segments) {

  /** A segment by its key, which does not hold it: where its documents begin and how many. */
  record Segment(Object key, int docBase, int size) {

    /** The segments of a reader that can be told from others. */
    static List<Segment> of(IndexReader reader) {
      List<Segment> segments = new ArrayList<>();
      for (LeafReaderContext leaf : reader.leaves()) {
        Object key = key(leaf.reader());
        if (key != null) {
          segments.add(new Segment(key, leaf.docBase, leaf.reader().maxDoc()));
        }
      }
      return segments;
    }

    /** What a segment, and whatever is wrapped around it, is known by; null if by nothing. */
    static @Nullable Object key(LeafReader leaf) {
      IndexReader.CacheHelper helper = FilterLeafReader.unwrap(leaf).getReaderCacheHelper();
      return helper == null ? null : helper.getKey();
    }
  }

  /** So many steps between two scores: a boost that rounds does not bring them together. */
  private static final int STEPS = 4;

  static FoundHits of(SearchResult result, IndexReader reader) {
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
    return new FoundHits(result, documents, hits, scores, Segment.of(reader));
  }

  /** Those of one segment, by their numbers in it; null if it is not of the reader. */
  @Nullable FoundHits within(Object key) {
    for (Segment segment : segments) {
      if (segment.key().equals(key)) {
        int from = place(segment.docBase());
        int to = place(segment.docBase() + segment.size());
        int[] numbers = Arrays.copyOfRange(documents, from, to);
        Arrays.setAll(numbers, i -> numbers[i] - segment.docBase());
        return new FoundHits(
            result,
            numbers,
            Arrays.copyOfRange(hits, from, to),
            Arrays.copyOfRange(scores, from, to),
            List.of(new Segment(key, 0, segment.size())));
      }
    }
    return null;
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
    return HitsScorer.place(documents, document);
  }

  double lowest() {
    return result.hits().getLast().score();
  }

  double highest() {
    return result.hits().getFirst().score();
  }
}
