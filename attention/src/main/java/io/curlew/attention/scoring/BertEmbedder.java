package io.curlew.attention.scoring;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import io.curlew.attention.AttentionKind;
import io.curlew.attention.TokenSpan;
import io.curlew.attention.bert.BertEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.TreeMap;

/** Token vectors by an encoder in PyTorch. The encoder's weights belong to somebody else. */
final class BertEmbedder implements TokenEmbedder {
  private final BertEncoder encoder;
  private final NDManager manager;

  BertEmbedder(BertEncoder encoder) {
    this.encoder = encoder;
    this.manager = managerOf(encoder);
  }

  /** A manager of its own, in the engine and on the device of the weights. */
  static NDManager managerOf(BertEncoder encoder) {
    NDManager weights = requireWeights(encoder).getArray().getManager();
    return NDManager.newBaseManager(weights.getDevice(), weights.getEngine().getEngineName());
  }

  /** One of the weights, or an error if there are none. */
  static Parameter requireWeights(BertEncoder encoder) {
    Parameter any = encoder.namedParameters().values().iterator().next();
    if (!any.isInitialized()) {
      throw new IllegalArgumentException("the encoder must have weights, got none");
    }
    return any;
  }

  @Override
  public float[] embed(String text, long[] ids) {
    try (NDManager scratch = manager.newSubManager()) {
      NDArray batch = scratch.create(ids, new Shape(1, ids.length));
      return encoder
          .encode(
              new ParameterStore(scratch, false),
              batch,
              null,
              TokenSpan.whole(1, ids.length),
              false)
          .toFloatArray();
    }
  }

  /** Hex SHA-256 over configuration, attention of every layer, and weights. */
  static String fingerprint(BertEncoder encoder, Map<String, Parameter> more) {
    MessageDigest digest = Fingerprints.sha256();
    digest.update(encoder.config().toString().getBytes(StandardCharsets.UTF_8));
    for (AttentionKind kind : encoder.attention()) {
      digest.update(kind.describe().getBytes(StandardCharsets.UTF_8));
    }
    // Adapters have parameters too, so all are taken and not only those with a known name.
    Map<String, Parameter> parameters = new TreeMap<>(more);
    encoder.getParameters().forEach(pair -> parameters.put(pair.getKey(), pair.getValue()));
    parameters.forEach(
        (name, parameter) -> {
          digest.update(name.getBytes(StandardCharsets.UTF_8));
          digest.update(parameter.getArray().toByteBuffer());
        });
    return Fingerprints.hex(digest);
  }

  @Override
  public void close() {
    manager.close();
  }
}
