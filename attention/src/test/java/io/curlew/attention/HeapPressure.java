package io.curlew.attention;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the JVM reuse the buffers of arrays that were closed, as it does sooner or later: what was
 * recorded for a gradient must not refer to one.
 */
public final class HeapPressure {
  private static final int BUFFERS = 2000;

  private HeapPressure() {}

  /** Collects garbage and fills small direct buffers, of sizes that scalars have, with NaN. */
  public static void apply() throws InterruptedException {
    for (int round = 0; round < 3; round++) {
      System.gc();
      // The buffers are freed by a thread of the JVM's own.
      Thread.sleep(10);
      List<ByteBuffer> buffers = new ArrayList<>();
      for (int i = 0; i < BUFFERS; i++) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(i % 2 == 0 ? 4 : 8);
        while (buffer.hasRemaining()) {
          buffer.put((byte) 0xff);
        }
        buffers.add(buffer);
      }
      buffers.clear();
    }
  }
}
