package io.curlew.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Random;

/**
 * Sequences of noise with two tokens that count, one somewhere in the first quarter and one
 * somewhere in the last: token 0 is asked for both of their values. Who sees one half of a sequence
 * alone is right half of the time, who sees neither in a quarter.
 */
final class LongRangeTask {
  static final int VOCABULARY = 40;
  static final int CLASSES = 4;
  private static final int VALUES = 2;
  private static final int FIRST_NOISE = 1 + 2 * VALUES;

  private final int tokens;
  private final Random random;

  LongRangeTask(int tokens, long seed) {
    this.tokens = tokens;
    this.random = new Random(seed);
  }

  /** [ids (batch, tokens), labels (batch)]. */
  NDList batch(NDManager manager, int size) {
    long[] ids = new long[size * tokens];
    long[] labels = new long[size];
    for (int sequence = 0; sequence < size; sequence++) {
      int offset = sequence * tokens;
      for (int token = 1; token < tokens; token++) {
        ids[offset + token] = FIRST_NOISE + random.nextInt(VOCABULARY - FIRST_NOISE);
      }
      int first = random.nextInt(VALUES);
      int second = random.nextInt(VALUES);
      int quarter = tokens / 4;
      ids[offset + 1 + random.nextInt(quarter)] = 1 + first;
      ids[offset + tokens - 1 - random.nextInt(quarter)] = 1 + VALUES + second;
      labels[sequence] = (long) VALUES * first + second;
    }
    NDArray idArray = manager.create(ids, new Shape(size, tokens));
    return new NDList(idArray, manager.create(labels, new Shape(size)));
  }
}
