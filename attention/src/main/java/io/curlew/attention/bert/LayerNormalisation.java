package io.curlew.attention.bert;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.curlew.attention.SavedSizes;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Layer normalisation over the last axis (Ba et al., 2016). DJL's own block learns the shape from
 * its first input, and so cannot be given values before.
 */
final class LayerNormalisation extends AbstractBlock {
  private static final byte VERSION = 1;

  private final int size;
  private final float epsilon;
  private final Parameter weight;
  private final Parameter bias;

  LayerNormalisation(int size, float epsilon) {
    super(VERSION);
    this.size = size;
    this.epsilon = epsilon;
    this.weight =
        addParameter(Parameter.builder().setName("weight").setType(Parameter.Type.GAMMA).build());
    this.bias =
        addParameter(Parameter.builder().setName("bias").setType(Parameter.Type.BETA).build());
    this.inputShapes = new Shape[] {new Shape(-1, size)};
  }

  Parameter weight() {
    return weight;
  }

  Parameter bias() {
    return bias;
  }

  NDArray apply(ParameterStore store, NDArray x, boolean training) {
    return forward(store, new NDList(x), training, null).singletonOrThrow();
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store,
      NDList inputs,
      boolean training,
      @Nullable PairList<String, Object> params) {
    NDArray x = inputs.singletonOrThrow();
    return LayerNorm.layerNorm(
        x,
        new Shape(size),
        store.getValue(weight, x.getDevice(), training),
        store.getValue(bias, x.getDevice(), training),
        epsilon);
  }

  @Override
  public Shape[] getOutputShapes(Shape[] shapes) {
    return shapes;
  }

  @Override
  protected void prepare(Shape[] shapes) {
    for (Parameter parameter : new Parameter[] {weight, bias}) {
      if (!parameter.isInitialized()) {
        parameter.setShape(new Shape(size));
      }
    }
  }

  @Override
  protected void saveMetadata(DataOutputStream stream) throws IOException {
    SavedSizes.write(stream, size);
  }

  @Override
  public void loadMetadata(byte version, DataInputStream stream)
      throws IOException, MalformedModelException {
    SavedSizes.check(stream, "normalised size", version, VERSION, size);
  }
}
