package io.curlew.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import org.jspecify.annotations.Nullable;

/**
 * {@code x W' + b}, with a place for an adapter whose output is added: low-rank adaptation (Hu et
 * al., LoRA, 2022) trains such an adapter while {@code W} and {@code b} are frozen.
 *
 * <p>Input (..., in), output (..., out), in the manager of the input.
 */
public final class Projection extends SizedBlock {
  private final int in;
  private final int out;
  private final Parameter weight;
  private final Parameter bias;
  private @Nullable Block adapter;

  /**
   * A projection without values.
   *
   * @throws IllegalArgumentException if a size is below 1
   */
  public Projection(int in, int out) {
    super("projection sizes", in, out);
    if (in < 1 || out < 1) {
      throw new IllegalArgumentException(
          "a projection must have sizes of at least 1, got: " + in + " and " + out);
    }
    this.in = in;
    this.out = out;
    this.weight =
        addParameter(Parameter.builder().setName("weight").setType(Parameter.Type.WEIGHT).build());
    this.bias =
        addParameter(Parameter.builder().setName("bias").setType(Parameter.Type.BIAS).build());
    this.inputShapes = new Shape[] {new Shape(-1, in)};
  }

  /** Values per row of the input. */
  public int in() {
    return in;
  }

  /** Values per row of the output. */
  public int out() {
    return out;
  }

  /** (out, in). */
  public Parameter weight() {
    return weight;
  }

  /** (out). */
  public Parameter bias() {
    return bias;
  }

  /**
   * Adds a block's output to that of this projection from now on. Its parameters become parameters
   * of this block. It must be initialised for inputs (..., in) by then, or is with this block.
   *
   * @param block from (..., in) to (..., out), one array each
   * @throws IllegalStateException if there is an adapter already
   */
  public void attach(Block block) {
    if (adapter != null) {
      throw new IllegalStateException("a projection must have at most 1 adapter, got a second");
    }
    adapter = addChildBlock("adapter", block);
  }

  /** Takes the adapter out again. It is not closed. */
  public void detach() {
    children.clear();
    adapter = null;
  }

  @Override
  protected NDList compute(ParameterStore store, NDList inputs, boolean training) {
    NDArray x = inputs.singletonOrThrow();
    Shape shape = x.getShape();
    if (shape.dimension() < 1 || shape.get(shape.dimension() - 1) != in) {
      throw new IllegalArgumentException(
          "a projection's input must have shape (..., " + in + "), got: " + shape);
    }
    NDArray y =
        Linear.linear(
                x,
                store.getValue(weight, x.getDevice(), training),
                store.getValue(bias, x.getDevice(), training))
            .singletonOrThrow();
    if (adapter == null) {
      return new NDList(y);
    }
    return new NDList(
        y.add(adapter.forward(store, new NDList(x), training, null).singletonOrThrow()));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] shapes) {
    Shape shape = shapes[0];
    return new Shape[] {shape.slice(0, shape.dimension() - 1).add(out)};
  }

  @Override
  protected void prepare(Shape[] shapes) {
    if (!weight.isInitialized()) {
      weight.setShape(new Shape(out, in));
    }
    if (!bias.isInitialized()) {
      bias.setShape(new Shape(out));
    }
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
    if (adapter != null) {
      adapter.initialize(manager, type, shapes);
    }
  }
}
