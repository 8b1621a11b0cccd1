package io.curlew.cur.anchor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.curlew.testing.Seeds;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/**
 * Anchor files of every version with a byte changed or with an end missing: refused, or, where even
 * the checksum fits, not taken for the anchors that they were. {@code -Dcurlew.damage.positions=N}
 * for so many positions in each of the larger files.
 */
class DamagedAnchorFileTest {

  private static final int POSITIONS = Integer.getInteger("curlew.damage.positions", 200);
  private static final int HEADER = 16;
  private static final int CHECKSUM = 4;

  private final Random random = Seeds.random();

  @Test
  void smallFilesAtEveryByte() throws IOException {
    for (AnchorSet anchors : ofEveryEncoding(3, 2)) {
      byte[] good = AnchorFile.encode(anchors);
      damage(anchors, good, IntStream.range(0, good.length).toArray());
    }
  }

  @Test
  void largerFilesAtSomeBytes() throws IOException {
    for (AnchorSet anchors : ofEveryEncoding(60, 8)) {
      byte[] good = AnchorFile.encode(anchors);
      damage(anchors, good, random.ints(POSITIONS, 0, good.length).toArray());
    }
  }

  /** Floats, with something learned, bytes, projected floats and bytes, and quantised rows. */
  private List<AnchorSet> ofEveryEncoding(int size, int small) throws IOException {
    float[][] rows = new float[5 * size][size];
    for (float[] row : rows) {
      for (int a = 0; a < size; a++) {
        row[a] = (float) random.nextGaussian();
      }
    }
    List<String> queries = IntStream.range(0, size).mapToObj(q -> "query " + q).toList();
    AnchorSet plain = AnchorSet.of(queries, "model", rows);
    return List.of(
        plain.withQueryModel("expensive"),
        plain.withLearned(LearnedSamples.draw(size, random)),
        AnchorSet.of(queries, "model", rows, RowEncoding.int8()),
        AnchorSet.of(queries, "model", rows, RowEncoding.projected(small, RowEncoding.floats())),
        AnchorSet.of(queries, "model", rows, RowEncoding.projected(small, RowEncoding.int8())),
        AnchorSet.of(queries, "model", rows, RowEncoding.productQuantized(small)));
  }

  private static void damage(AnchorSet anchors, byte[] good, int[] positions) throws IOException {
    assertEquals(anchors, AnchorFile.decode(good));
    int refused = 0;
    int others = 0;
    for (int position : positions) {
      for (int change = 0; change < 9; change++) {
        byte[] damaged = good.clone();
        damaged[position] ^= (byte) (change == 8 ? 0xff : 1 << change);
        assertThrows(AnchorFileException.class, () -> AnchorFile.decode(damaged));
        refused++;
        if (position >= HEADER && position < good.length - CHECKSUM) {
          seal(damaged);
          try {
            byte[] read = AnchorFile.encode(AnchorFile.decode(damaged));
            assertFalse(Arrays.equals(good, read), "byte " + position);
            others++;
          } catch (AnchorFileException e) {
            refused++;
          }
        }
      }
      byte[] truncated = Arrays.copyOf(good, position);
      assertThrows(AnchorFileException.class, () -> AnchorFile.decode(truncated));
      refused++;
      if (position > HEADER + CHECKSUM) { // shorter, and right in length and checksum
        ByteBuffer.wrap(truncated).putInt(12, position - HEADER - CHECKSUM);
        seal(truncated);
        assertThrows(AnchorFileException.class, () -> AnchorFile.decode(truncated));
        refused++;
      }
    }
    System.out.printf(
        Locale.ROOT,
        "anchor file of version %d, %d bytes: %d damaged, %d refused, %d read as other anchors%n",
        good[11],
        good.length,
        refused + others,
        refused,
        others);
  }

  private static void seal(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, bytes.length - CHECKSUM);
    ByteBuffer.wrap(bytes).putInt(bytes.length - CHECKSUM, (int) crc.getValue());
  }
}
