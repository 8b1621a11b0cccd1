package io.curlew.testing;

import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Holds a parser to bounds on its time and on the memory that it allocates, which must not follow
 * what a length field says, and counts its inputs. Not safe for use by several threads.
 */
public final class Bounds {

  private static final long MOST_NANOS = 5_000_000_000L;
  private static final long MOST_BYTES = 24L << 20; // beside a hundred times the input

  private final Map<String, Cost> costs = new TreeMap<>();

  /** What reads an input. */
  public interface Parser {
    void read() throws Exception;
  }

  private static final class Cost {
    long inputs;
    long nanos;
    long mostNanos;
    long mostBytes;
  }

  /**
   * Reads an input of so many bytes; exceptions pass through.
   *
   * @throws AssertionError if it took too long or allocated too much
   */
  @AllowedHere // only HotSpot tells the bytes that a thread has allocated
  public void hold(String parser, int size, Parser read) throws Exception {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long allocated = threads.getCurrentThreadAllocatedBytes();
    long start = System.nanoTime();
    try {
      read.read();
    } finally {
      long nanos = System.nanoTime() - start;
      long bytes = threads.getCurrentThreadAllocatedBytes() - allocated;
      Cost cost = costs.computeIfAbsent(parser, name -> new Cost());
      cost.inputs++;
      cost.nanos += nanos;
      cost.mostNanos = Math.max(cost.mostNanos, nanos);
      cost.mostBytes = Math.max(cost.mostBytes, bytes);
      check(nanos < MOST_NANOS, parser + " took " + nanos / 1_000_000 + " ms");
      check(
          bytes < MOST_BYTES + 100L * size,
          parser + " allocated " + bytes + " bytes for an input of " + size);
    }
  }

  private static void check(boolean holds, String message) {
    if (!holds) {
      throw new AssertionError(message);
    }
  }

  /** One line for each parser: inputs, and what they cost. */
  @Override
  public String toString() {
    StringBuilder table = new StringBuilder();
    costs.forEach(
        (parser, cost) ->
            table.append(
                String.format(
                    Locale.ROOT,
                    "%-16s %,10d inputs, %.1f us each, at most %.1f ms and %.2f MB%n",
                    parser,
                    cost.inputs,
                    cost.nanos / 1e3 / cost.inputs,
                    cost.mostNanos / 1e6,
                    cost.mostBytes / 1e6)));
    return table.toString();
  }
}
