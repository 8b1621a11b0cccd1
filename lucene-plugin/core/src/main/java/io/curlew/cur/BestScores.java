package io.curlew.cur;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Chooses the best of an array of scores, ties by external id; ids are looked up only for ties. */
public final class BestScores {

  private final Ids ids;

  /** Chooses among scores whose indices have these external ids. */
  public BestScores(Ids ids) {
    this.ids = ids;
  }

  /** Looks up external ids. */
  @FunctionalInterface
  public interface Ids {
    /** The ids of some indices, in the order given. */
    List<String> of(int[] indices) throws IOException;
  }

  /**
   * The indices of the n highest scores, best first, or fewer if there are not as many.
   *
   * @param scores NaN is never chosen
   * @param excluded indices never chosen
   */
  public int[] select(float[] scores, BitSet excluded, int n) throws IOException {
    if (n == 0) {
      return new int[0];
    }
    Likely likely = new Likely(scores, excluded, n);
    likely.add(0, scores.length);
    return select(likely);
  }

  /** The indices of the n highest scores of all that were added, best first. */
  public int[] select(Likely likely) throws IOException {
    int n = likely.n;
    int[] sorted = sort(likely.indices(), likely.scores);
    return sorted.length <= n ? sorted : Arrays.copyOf(sorted, n);
  }

  private int[] sort(int[] documents, float[] scores) throws IOException {
    int[] sorted = byScore(documents, scores);
    for (int from = 0; from < sorted.length; ) {
      int to = from + 1;
      while (to < sorted.length && scores[sorted[to]] == scores[sorted[from]]) {
        to++;
      }
      if (to - from > 1) {
        sortById(sorted, from, to);
      }
      from = to;
    }
    return sorted;
  }

  /**
   * By falling score; ties in any order. Sorts numbers, not objects: this is on every query's way.
   */
  private static int[] byScore(int[] documents, float[] scores) {
    long[] keys = new long[documents.length]; // rising with falling score, then document
    for (int i = 0; i < keys.length; i++) {
      int bits = Float.floatToIntBits(scores[documents[i]] + 0f); // -0 is 0
      int falling = bits >= 0 ? ~bits : bits & Integer.MAX_VALUE;
      keys[i] = ((long) falling << 32) | documents[i];
    }
    Arrays.sort(keys);
    int[] sorted = new int[keys.length];
    for (int i = 0; i < keys.length; i++) {
      sorted[i] = (int) keys[i];
    }
    return sorted;
  }

  private void sortById(int[] documents, int from, int to) throws IOException {
    int[] tied = Arrays.copyOfRange(documents, from, to);
    List<String> names = ids.of(tied);
    int[] byId =
        IntStream.range(0, tied.length)
            .boxed()
            .sorted(Comparator.comparing(names::get))
            .mapToInt(i -> tied[i])
            .toArray();
    System.arraycopy(byId, 0, documents, from, byId.length);
  }

  /**
   * What may be among the n best of an array, gathered range by range, by several threads side by
   * side: the n best of every range that reach the best n-th score of any range before it. What is
   * selected of them does not depend on the order.
   */
  public static final class Likely {

    private final float[] scores;
    private final BitSet excluded;
    private final int n;
    private final List<int[]> found = new ArrayList<>();
    private volatile float floor = Float.NEGATIVE_INFINITY; // n scores at least are as high

    /**
     * Starts with nothing.
     *
     * @param scores NaN is never chosen; those of a range must be there when it is added
     * @param excluded indices never chosen
     * @param n how many are to be selected, at least 1
     */
    public Likely(float[] scores, BitSet excluded, int n) {
      this.scores = scores;
      this.excluded = excluded;
      this.n = n;
    }

    /** Looks at the scores of a range. */
    public void add(int from, int to) {
      float threshold = threshold(from, to);
      int[] indices = new int[Math.min(n, to - from)];
      int size = 0;
      for (int i = from; i < to; i++) {
        if (scores[i] >= threshold && !excluded.get(i)) {
          if (size == indices.length) {
            indices = Arrays.copyOf(indices, 2 * size);
          }
          indices[size++] = i;
        }
      }
      synchronized (found) {
        found.add(Arrays.copyOf(indices, size));
        floor = Math.max(floor, threshold);
      }
    }

    /** The n-th highest score of a range, or the floor if that is higher. */
    private float threshold(int from, int to) {
      float lowest = floor;
      float[] heap = new float[Math.min(n, to - from)]; // the highest so far, lowest on top
      int size = 0;
      for (int i = from; i < to; i++) {
        float score = scores[i];
        if (!(score >= lowest) || excluded.get(i)) { // NaN is not
          continue;
        }
        if (size < heap.length) {
          siftUp(heap, size++, score);
        } else {
          siftDown(heap, score);
        }
        if (size == n) {
          lowest = heap[0];
        }
      }
      return lowest;
    }

    private static void siftUp(float[] heap, int position, float score) {
      int i = position;
      while (i > 0 && heap[(i - 1) / 2] > score) {
        heap[i] = heap[(i - 1) / 2];
        i = (i - 1) / 2;
      }
      heap[i] = score;
    }

    private static void siftDown(float[] heap, float score) {
      int i = 0;
      for (int child = 1; child < heap.length; child = 2 * i + 1) {
        if (child + 1 < heap.length && heap[child + 1] < heap[child]) {
          child++;
        }
        if (heap[child] >= score) {
          break;
        }
        heap[i] = heap[child];
        i = child;
      }
      heap[i] = score;
    }

    private int[] indices() {
      synchronized (found) {
        return found.stream()
            .flatMapToInt(Arrays::stream)
            .filter(i -> scores[i] >= floor)
            .sorted()
            .toArray();
      }
    }
  }
}
