package io.curlew.attention.vq;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Embedding;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import io.curlew.attention.SizedBlock;
import io.curlew.attention.array.Owned;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Replaces vectors by the nearest codes of a codebook (van den Oord et al., "Neural discrete
 * representation learning", 2017).
 *
 * <p>Input: (..., size), floats. Outputs: the codes in place of the vectors, (..., size), with a
 * gradient to the input as {@link Estimator} says; their numbers, (...), int64; and the loss of the
 * codebook, a scalar to be added to what is trained for,
 *
 * <pre>codebookWeight |q - sg z|^2 + commitment |z - sg q|^2</pre>
 *
 * both means over all entries, sg the value without gradient. The first term moves the codebook and
 * nothing else, the second the input.
 *
 * <p>Codes begin as normal with variance 1/size from a seed of the block's own; W of {@link
 * Codebook#LINEAR} and {@link Codebook#DIAGONAL} begins as the identity and has no offset, so
 * vectors should have a mean near 0. A forward pass costs one product of vectors and codes, made in
 * blocks ({@link NearestCodes}), and for {@link Codebook#LINEAR} the codes times W.
 */
public final class VectorQuantizer extends SizedBlock {
  private final int codes;
  private final int size;
  private final Codebook kind;
  private final Estimator estimator;
  private final double codebookWeight;
  private final double commitment;
  private final Parameter base;
  private final @Nullable Parameter map;

  private VectorQuantizer(Builder builder) {
    super("codes, size and kind", builder.codes, builder.size, builder.kind.ordinal());
    this.codes = builder.codes;
    this.size = builder.size;
    this.kind = builder.kind;
    this.estimator = builder.estimator;
    this.codebookWeight = builder.codebookWeight;
    this.commitment = builder.commitment;
    this.base = parameter("codes", kind == Codebook.CODES);
    base.setInitializer(normal(builder.seed));
    this.map = kind == Codebook.CODES ? null : parameter("map", true);
    if (map != null) {
      map.setInitializer(VectorQuantizer::identity);
    }
    this.inputShapes = new Shape[] {new Shape(-1, size)};
  }

  private Parameter parameter(String name, boolean trained) {
    return addParameter(
        Parameter.builder()
            .setName(name)
            .setType(Parameter.Type.OTHER)
            .optRequiresGrad(trained)
            .build());
  }

  /** (codes, size): trained with {@link Codebook#CODES}, else frozen. */
  public Parameter codes() {
    return base;
  }

  /** W, (size, size) or (size), or null with {@link Codebook#CODES}. */
  public @Nullable Parameter map() {
    return map;
  }

  /**
   * The codes as they are compared with vectors, W folded in, without a gradient: all that is
   * needed where nothing is trained any more.
   *
   * @return (codes, size), a copy in a manager of the caller's
   */
  public NDArray codebook(NDManager manager) {
    try (NDManager scratch = manager.newSubManager()) {
      NDArray folded = folded(base.getArray(), map == null ? null : map.getArray(), scratch);
      NDArray copy = folded.duplicate();
      copy.attach(manager);
      return copy;
    }
  }

  @Override
  protected NDList compute(ParameterStore store, NDList inputs, boolean training) {
    NDArray input = inputs.singletonOrThrow();
    Shape shape = input.getShape();
    int last = shape.dimension() - 1;
    if (last < 0 || shape.get(last) != size || shape.size() == 0) {
      throw new IllegalArgumentException(
          "input must have shape (..., " + size + ") and not be empty, got: " + shape);
    }
    NDManager target = input.getManager();
    try (NDManager scratch = target.newSubManager()) {
      NDArray vectors = input.reshape(-1, size);
      vectors.attach(scratch);
      NDArray table = store.getValue(base, input.getDevice(), training);
      NDArray w = map == null ? null : store.getValue(map, input.getDevice(), training);
      NDArray nearest = NearestCodes.search(vectors, folded(table, w, scratch));
      NDArray chosen = Embedding.embedding(nearest, table, SparseFormat.DENSE).singletonOrThrow();
      chosen.attach(scratch);
      NDArray q = mapped(chosen, w);
      NDArray codebookLoss = meanSquare(q.sub(vectors.stopGradient()));
      NDArray commitmentLoss = meanSquare(vectors.sub(q.stopGradient()));
      NDArray loss =
          Owned.mul(codebookLoss, codebookWeight).add(Owned.mul(commitmentLoss, commitment));
      NDArray output = GradientPath.through(vectors, q, estimator).reshape(shape);
      NDArray numbers = nearest.reshape(shape.slice(0, last));
      NDList outputs = new NDList(output, numbers, loss);
      outputs.attach(target);
      return outputs;
    }
  }

  private NDArray folded(NDArray table, @Nullable NDArray w, NDManager scratch) {
    NDArray fixed = table.stopGradient();
    fixed.attach(scratch);
    if (w == null) {
      return fixed;
    }
    NDArray factor = w.stopGradient();
    factor.attach(scratch);
    return mapped(fixed, factor);
  }

  private NDArray mapped(NDArray rows, @Nullable NDArray w) {
    return switch (kind) {
      case CODES -> rows;
      case LINEAR -> w == null ? rows : rows.matMul(w);
      case DIAGONAL -> w == null ? rows : rows.mul(w.reshape(1, -1));
    };
  }

  private static NDArray meanSquare(NDArray values) {
    return values.mul(values).mean();
  }

  @Override
  public Shape[] getOutputShapes(Shape[] shapes) {
    Shape shape = shapes[0];
    return new Shape[] {shape, shape.slice(0, shape.dimension() - 1), new Shape()};
  }

  @Override
  protected void prepare(Shape[] shapes) {
    if (!base.isInitialized()) {
      base.setShape(new Shape(codes, size));
    }
    if (map != null && !map.isInitialized()) {
      map.setShape(kind == Codebook.LINEAR ? new Shape(size, size) : new Shape(size));
    }
  }

  private static Initializer normal(long seed) {
    return (manager, shape, type) -> {
      Random random = new Random(seed);
      float[] values = new float[Math.toIntExact(shape.size())];
      double deviation = 1 / Math.sqrt(shape.get(1));
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (deviation * random.nextGaussian());
      }
      return Owned.copy(manager.create(values, shape)).toType(type, false);
    };
  }

  private static NDArray identity(NDManager manager, Shape shape, DataType type) {
    return shape.dimension() == 1
        ? manager.ones(shape, type)
        : manager.eye((int) shape.get(0), (int) shape.get(1), 0, type);
  }

  /** Starts a block. */
  public static Builder builder() {
    return new Builder();
  }

  /** Builds the block. */
  public static final class Builder {
    private int codes;
    private int size;
    private Codebook kind = Codebook.LINEAR;
    private Estimator estimator = Estimator.STRAIGHT_THROUGH;
    private double codebookWeight = 1;
    private double commitment = 0.25;
    private long seed;

    private Builder() {}

    /** Number of codes, at least 1. Required. */
    public Builder setCodes(int count) {
      this.codes = count;
      return this;
    }

    /** Entries of a vector, at least 1. Required. */
    public Builder setSize(int entries) {
      this.size = entries;
      return this;
    }

    /** What of the codebook is trained. Default {@link Codebook#LINEAR}. */
    public Builder optCodebook(Codebook value) {
      this.kind = value;
      return this;
    }

    /** How the gradient passes. Default {@link Estimator#STRAIGHT_THROUGH}. */
    public Builder optEstimator(Estimator value) {
      this.estimator = value;
      return this;
    }

    /** Weight of the loss that moves the codebook. Default 1. */
    public Builder optCodebookWeight(double weight) {
      this.codebookWeight = weight;
      return this;
    }

    /** Weight of the loss that keeps the input near its codes. Default 0.25, as in the source. */
    public Builder optCommitment(double weight) {
      this.commitment = weight;
      return this;
    }

    /** Of the codes' first values. Default 0. */
    public Builder optSeed(long value) {
      this.seed = value;
      return this;
    }

    /**
     * Checks and builds.
     *
     * @throws IllegalArgumentException naming what is missing or out of range
     */
    public VectorQuantizer build() {
      atLeastOne("codes", codes);
      atLeastOne("size", size);
      notNegative("codebookWeight", codebookWeight);
      notNegative("commitment", commitment);
      return new VectorQuantizer(this);
    }

    private static void atLeastOne(String name, int value) {
      if (value < 1) {
        throw new IllegalArgumentException(name + " must be at least 1, got: " + value);
      }
    }

    private static void notNegative(String name, double value) {
      if (!(value >= 0) || value == Double.POSITIVE_INFINITY) {
        throw new IllegalArgumentException(
            name + " must be finite and not negative, got: " + value);
      }
    }
  }
}
