package io.curlew.attention;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDList;
import ai.djl.nn.AbstractBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A block that is saved with its sizes, which must be those of the block that loads it. */
public abstract class SizedBlock extends AbstractBlock {
  private static final byte VERSION = 1;

  private final String what;
  private final int[] sizes;

  /**
   * A block of some sizes.
   *
   * @param what the sizes are called in messages
   * @param sizes as they are saved
   */
  protected SizedBlock(String what, int... sizes) {
    super(VERSION);
    this.what = what;
    this.sizes = sizes.clone();
  }

  /** What {@link #forward} does; nothing is passed beside the arrays. */
  protected abstract NDList compute(ParameterStore store, NDList inputs, boolean training);

  @Override
  protected final NDList forwardInternal(
      ParameterStore store,
      NDList inputs,
      boolean training,
      @Nullable PairList<String, Object> params) {
    return compute(store, inputs, training);
  }

  @Override
  protected void saveMetadata(DataOutputStream stream) throws IOException {
    for (int size : sizes) {
      stream.writeInt(size);
    }
  }

  /**
   * Reads sizes and compares them.
   *
   * @throws MalformedModelException naming both, if version or sizes differ
   */
  @Override
  public void loadMetadata(byte version, DataInputStream stream)
      throws IOException, MalformedModelException {
    if (version != VERSION) {
      throw new MalformedModelException(
          "version of " + what + " must be " + VERSION + ", got: " + version);
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
