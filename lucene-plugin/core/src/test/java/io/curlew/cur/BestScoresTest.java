package io.curlew.cur;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.curlew.testing.Seeds;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BestScoresTest {

  private final Random random = Seeds.random();
  private final BestScores best =
      new BestScores(some -> Arrays.stream(some).mapToObj(BestScoresTest::id).toList());

  /** Ids whose order is not that of the indices. */
  private static String id(int index) {
    return Integer.toString(index * 7919 % 10_007);
  }

  /** By score, then id, NaN and excluded ones left out: sorted whole, in the plainest way. */
  private static int[] sorted(float[] scores, BitSet excluded, int n) {
    return IntStream.range(0, scores.length)
        .filter(i -> !Float.isNaN(scores[i]) && !excluded.get(i))
        .boxed()
        .sorted(
            Comparator.comparingDouble((Integer i) -> -(scores[i] + 0f))
                .thenComparing(BestScoresTest::id))
        .limit(n)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  @Test
  void theBestAreThoseOfAWholeSortHoweverTheyAreGathered() throws Exception {
    for (int round = 0; round < 300; round++) {
      float[] scores = scores(random.nextInt(1, 400));
      BitSet excluded = new BitSet();
      random.ints(random.nextInt(20), 0, scores.length).forEach(excluded::set);
      int n = random.nextInt(1, 60);
      int[] expected = sorted(scores, excluded, n);
      assertArrayEquals(expected, best.select(scores, excluded::get, n));
      BestScores.Likely likely = new BestScores.Likely(excluded::get, n);
      int step = random.nextInt(1, scores.length + 1);
      List<Integer> starts =
          new java.util.ArrayList<>(
              IntStream.iterate(0, from -> from < scores.length, from -> from + step)
                  .boxed()
                  .toList());
      java.util.Collections.shuffle(starts, random);
      starts.parallelStream()
          .forEach(from -> likely.add(scores, from, Math.min(scores.length, from + step)));
      assertArrayEquals(expected, best.select(likely).documents());
    }
  }

  @Test
  void asManyAsThereAreCostNoMoreHoweverManyAreAskedFor() throws Exception {
    float[] scores = scores(100);
    int[] all = sorted(scores, new BitSet(), 100);
    assertArrayEquals(all, best.select(scores, document -> false, Integer.MAX_VALUE));
    assertArrayEquals(new int[0], best.select(new float[0], document -> false, Integer.MAX_VALUE));
  }

  /** Few different values, so that there are ties, among them both zeros, NaN and infinity. */
  private float[] scores(int length) {
    float[] values = {-1.5f, -0f, 0f, 1e-30f, 2, Float.NaN, Float.NEGATIVE_INFINITY};
    float[] scores = new float[length];
    for (int i = 0; i < length; i++) {
      scores[i] = random.nextBoolean() ? values[random.nextInt(7)] : (float) random.nextGaussian();
    }
    return scores;
  }
}
