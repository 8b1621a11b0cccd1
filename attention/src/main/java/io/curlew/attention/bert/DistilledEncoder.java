package io.curlew.attention.bert;

import ai.djl.ndarray.NDManager;
import io.curlew.attention.AttentionKind;
import java.io.IOException;
import java.util.Map;

/**
 * What is written of an encoder that was taught to attend more cheaply: adapters, with all that is
 * needed to put it together again from the weights it was made of.
 */
public final class DistilledEncoder {
  private static final String BASE = "base_sha256";
  private static final String ATTENTION = "attention";
  private static final String POSITIONS = "max_positions";

  private DistilledEncoder() {}

  /**
   * A file of what was trained.
   *
   * @param base the weights that were adapted
   * @param config of the encoder
   * @param kind how it attends in every layer
   */
  public static SafetensorsFile file(
      Pretrained base, BertConfig config, AttentionKind kind, Map<String, Tensor> trained) {
    return new SafetensorsFile(
        Map.of(
            BASE,
            base.fingerprint(),
            ATTENTION,
            kind.describe(),
            POSITIONS,
            Integer.toString(config.maxPositions())),
        trained);
  }

  /**
   * Puts the encoder together; adapters become part of the weights.
   *
   * @param base the weights that were adapted
   * @param config of those weights
   * @param manager of the PyTorch engine, to which all weights will belong
   * @throws IOException if the file is of other weights, or lacks something or has more than
   *     adapters
   */
  public static BertEncoder open(
      SafetensorsFile file, Pretrained base, BertConfig config, NDManager manager)
      throws IOException {
    if (!file.require(BASE).equals(base.fingerprint())) {
      throw new IOException(
          "adapters must be of the base model "
              + file.require(BASE)
              + ", got: "
              + base.fingerprint());
    }
    for (String name : file.arrays().keySet()) {
      if (!name.endsWith(Pretrained.ADAPTER_A) && !name.endsWith(Pretrained.ADAPTER_B)) {
        throw new IOException("a distilled encoder must have adapters alone, got: " + name);
      }
    }
    try {
      BertEncoder encoder =
          new BertEncoder(config.withMaxPositions(Integer.parseInt(file.require(POSITIONS))))
              .withAttention(AttentionKind.parse(file.require(ATTENTION)));
      base.merge(file.arrays()).load(encoder, manager, PositionExtension.REPEAT);
      return encoder;
    } catch (IllegalArgumentException e) {
      throw new IOException("file must be one of a distilled encoder", e);
    }
  }
}
