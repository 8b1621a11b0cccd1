package io.curlew.attention.bert;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.training.ParameterStore;
import io.curlew.attention.SizedBlock;

/**
 * Layer normalisation over the last axis (Ba et al., 2016). DJL's own block learns the shape from
 * its first input, and so cannot be given values before.
 */
final class LayerNormalisation extends SizedBlock {
  private final int size;
  private final float epsilon;
  private final Parameter weight;
  private final Parameter bias;

  LayerNormalisation(int size, float epsilon) {
    super("normalised size", size);
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
  protected NDList compute(ParameterStore store, NDList inputs, boolean training) {
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
}
