package io.curlew.attention;

import ai.djl.MalformedModelException;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;

/** Sizes of a block in its saved metadata, which must be those of the block that loads it. */
public final class SavedSizes {
  private SavedSizes() {}

  /** Writes sizes. */
  public static void write(DataOutputStream stream, int... sizes) throws IOException {
    for (int size : sizes) {
      stream.writeInt(size);
    }
  }

  /**
   * Reads sizes and compares them.
   *
   * @throws MalformedModelException naming both, if version or sizes differ
   */
  public static void check(
      DataInputStream stream, String what, byte version, byte expectedVersion, int... sizes)
      throws IOException, MalformedModelException {
    if (version != expectedVersion) {
      throw new MalformedModelException(
          "version of " + what + " must be " + expectedVersion + ", got: " + version);
    }
    int[] saved = new int[sizes.length];
    for (int i = 0; i < saved.length; i++) {
      saved[i] = stream.readInt();
    }
    if (!Arrays.equals(saved, sizes)) {
      throw new MalformedModelException(
          what
              + " of the block must be those saved, "
              + Arrays.toString(saved)
              + ", got: "
              + Arrays.toString(sizes));
    }
  }
}
