package io.curlew.cur;

import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the best of an array of scores, ties by external id, which are looked up only for ties,
 * or by index.
 */
public final class BestScores {

  private final @Nullable Ids ids;

  /** Chooses among scores with ties by index. */
  public BestScores() {
    this.ids = null;
  }

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
  public int[] select(float[] scores, IntPredicate excluded, int n) throws IOException {
    if (n == 0) {
      return new int[0];
    }
    Likely likely = new Likely(excluded, n);
    likely.add(scores, 0, scores.length);
    return select(likely).documents();
  }

  /** The n highest scores of all that were added, and their indices, best first. */
  public Estimates select(Likely likely) throws IOException {
    long[] keys = likely.keys();
    Arrays.sort(keys);
    int[] indices = new int[keys.length];
    for (int i = 0; i < keys.length; i++) {
      indices[i] = (int) keys[i];
    }
    for (int from = 0; from < keys.length; ) {
      int to = from + 1;
      while (to < keys.length && keys[to] >> 32 == keys[from] >> 32) {
        to++;
      }
      if (ids != null && to - from > 1) {
        sortById(ids, indices, from, to);
      }
      from = to;
    }
    int size = Math.min(likely.n, indices.length);
    float[] scores = new float[size];
    for (int i = 0; i < size; i++) {
      scores[i] = score(keys[i]); // ties have the same
    }
    return new Estimates(Arrays.copyOf(indices, size), scores);
  }

  private static void sortById(Ids ids, int[] documents, int from, int to) throws IOException {
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

  /** A score and an index in one number, which rises with falling score, then with the index. */
  private static long key(float score, int index) {
    int bits = Float.floatToIntBits(score + 0f); // -0 is 0
    int falling = bits >= 0 ? ~bits : bits & Integer.MAX_VALUE;
    return ((long) falling << 32) | index;
  }

  private static float score(long key) {
    int falling = (int) (key >> 32);
    return Float.intBitsToFloat(falling < 0 ? ~falling : falling | Integer.MIN_VALUE);
  }

  /**
   * What may be among the n best scores, gathered part by part, by several threads side by side.
   * What is selected of it does not depend on the order. Memory: 16 bytes for each of n, and for
   * ties with the last of them.
   */
  public static final class Likely {

    private final IntPredicate excluded;
    private final int n;
    private final Highest all; // guarded by itself
    private volatile float floor = Float.NEGATIVE_INFINITY; // n scores at least are as high

    /**
     * Starts with nothing.
     *
     * @param excluded indices never chosen
     * @param n how many are to be selected, at least 1
     */
    public Likely(IntPredicate excluded, int n) {
      this.excluded = excluded;
      this.n = n;
      this.all = new Highest(n, floor);
    }

    /** Looks at a range of scores, whose indices are their places. */
    public void add(float[] scores, int from, int to) {
      Part part = part();
      part.add(scores, from, to);
      part.end();
    }

    /** A part, for one thread. */
    public Part part() {
      return new Part();
    }

    private long[] keys() {
      synchronized (all) {
        all.shrink();
        return Arrays.copyOf(all.keys, all.size);
      }
    }

    /** What one thread gathers; it counts when it has ended. */
    public final class Part {

      private final Highest own = new Highest(n, floor);

      private Part() {}

      /** Looks at a range of scores, whose indices are their places. */
      public void add(float[] scores, int from, int to) {
        for (int i = from; i < to; i++) {
          if (scores[i] >= own.floor && !excluded.test(i)) { // NaN is not
            own.add(key(scores[i], i));
          }
        }
      }

      /** Looks at one score. */
      public void add(int index, float score) {
        if (score >= own.floor && !excluded.test(index)) {
          own.add(key(score, index));
        }
      }

      /** Scores below it need not be looked at. */
      public float floor() {
        return own.floor;
      }

      /** Brings what was gathered together with the rest. */
      public void end() {
        own.shrink();
        synchronized (all) {
          for (int i = 0; i < own.size; i++) {
            if (score(own.keys[i]) >= all.floor) {
              all.add(own.keys[i]);
            }
          }
          floor = all.floor;
        }
      }
    }
  }

  /** The n highest scores of those added and all ties with the last, and some more at times. */
  private static final class Highest {

    private final int n;
    private long[] keys = new long[64];
    private int size;
    private float floor; // what is lower need not be added

    Highest(int n, float floor) {
      this.n = n;
      this.floor = floor;
    }

    void add(long key) {
      if (size == keys.length) {
        shrink();
        if (size > keys.length / 2) {
          keys = Arrays.copyOf(keys, 2 * keys.length);
        }
      }
      keys[size++] = key;
    }

    /** Leaves the n highest and their ties. */
    void shrink() {
      if (size <= n) {
        return;
      }
      select(keys, size, n - 1);
      floor = score(keys[n - 1]);
      int kept = n;
      for (int i = n; i < size; i++) {
        if (score(keys[i]) == floor) {
          keys[kept++] = keys[i];
        }
      }
      size = kept;
    }

    /** Brings the n-th smallest of the first keys to place n, and the smaller ones before it. */
    private static void select(long[] keys, int size, int n) {
      int low = 0;
      int high = size - 1;
      while (low < high) {
        long pivot = median(keys[low], keys[(low + high) >>> 1], keys[high]);
        int i = low;
        int j = high;
        while (i <= j) {
          while (keys[i] < pivot) {
            i++;
          }
          while (keys[j] > pivot) {
            j--;
          }
          if (i <= j) {
            long swapped = keys[i];
            keys[i++] = keys[j];
            keys[j--] = swapped;
          }
        }
        if (n <= j) {
          high = j;
        } else if (n >= i) {
          low = i;
        } else {
          return;
        }
      }
    }

    private static long median(long a, long b, long c) {
      return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
    }
  }
}
