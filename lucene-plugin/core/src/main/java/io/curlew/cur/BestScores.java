package io.curlew.cur;

import java.io.IOException;
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
    int[] sorted = sort(atLeastTheBest(scores, 0, scores.length, excluded, n), scores);
    return sorted.length <= n ? sorted : Arrays.copyOf(sorted, n);
  }

  /**
   * The indices of a range whose scores are at least the n-th highest of the range, in their order:
   * the n best and what ties with the last of them.
   */
  public static int[] atLeastTheBest(float[] scores, int from, int to, BitSet excluded, int n) {
    float threshold = threshold(scores, from, to, excluded, n);
    return IntStream.range(from, to)
        .filter(i -> scores[i] >= threshold && !excluded.get(i))
        .toArray();
  }

  /** The n-th highest score, or negative infinity if there are fewer than n. */
  private static float threshold(float[] scores, int from, int to, BitSet excluded, int n) {
    float[] heap = new float[Math.min(n, to - from)]; // the n highest so far, lowest on top
    int size = 0;
    for (int i = from; i < to; i++) {
      float score = scores[i];
      if (Float.isNaN(score) || (size == heap.length && score <= heap[0]) || excluded.get(i)) {
        continue;
      }
      if (size < heap.length) {
        siftUp(heap, size++, score);
      } else {
        siftDown(heap, score);
      }
    }
    return size < n ? Float.NEGATIVE_INFINITY : heap[0];
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

  private int[] sort(int[] documents, float[] scores) throws IOException {
    int[] sorted =
        Arrays.stream(documents)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer document) -> -scores[document]))
            .mapToInt(Integer::intValue)
            .toArray();
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
}
