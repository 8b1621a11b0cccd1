package io.curlew.demo.index;

import io.curlew.lucene.Feature;
import io.curlew.lucene.rows.DocumentScores;
import io.curlew.lucene.rows.FeatureScores;
import io.curlew.lucene.rows.IndexView;
import java.util.Comparator;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.lucene.util.FixedBitSet;

/**
 * A feature whose scores are known.
 *
 * @param of the scores of a query, by document of the index
 */
public record GivenScores(Function<String, Scores> of) implements Feature {

  /**
   * Scores of some documents of an index.
   *
   * @param documents ascending
   */
  public record Scores(int[] documents, float[] scores) {

    /** The same of documents in any order. */
    public static Scores sorted(int[] documents, float[] scores) {
      int[] order =
          IntStream.range(0, documents.length)
              .boxed()
              .sorted(Comparator.comparingInt(i -> documents[i]))
              .mapToInt(Integer::intValue)
              .toArray();
      float[] values = new float[order.length];
      for (int i = 0; i < order.length; i++) {
        values[i] = scores[order[i]];
      }
      return new Scores(IntStream.of(order).map(i -> documents[i]).toArray(), values);
    }
  }

  @Override
  public String name() {
    return "given";
  }

  @Override
  public FeatureScores of(IndexView view, String query, FixedBitSet accepted) {
    Scores scores = of.apply(query);
    return new DocumentScores(view, scores.documents(), scores.scores());
  }
}
