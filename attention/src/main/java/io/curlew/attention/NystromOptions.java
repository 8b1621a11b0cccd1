package io.curlew.attention;

import io.curlew.attention.nystrom.CorePseudoInverse;
import io.curlew.attention.nystrom.NystromForm;
import org.jspecify.annotations.Nullable;

/**
 * How attention is approximated. Immutable.
 *
 * <p>By default: the padding-invariant form, segment means, six iterations from each matrix's own
 * scale, rows as computed, no near field, no error estimate. {@link Builder#optCompatible} gives
 * the form that published Nystromformer weights were trained with, and {@link #dropIn} what stays
 * closest to exact attention in a model that was trained with it.
 */
public final class NystromOptions {
  private final int landmarks;
  private final int pinvIterations;
  private final double pinvTolerance;
  private final double ridge;
  private final Initialisation initialisation;
  private final boolean compatible;
  private final LandmarkChoice landmarkChoice;
  private final int leading;
  private final int trailing;
  private final int nearField;
  private final RowSums rowSums;
  private final double errorTolerance;
  private final int errorRows;
  private final Fallback fallback;
  private final boolean exactWhenFaster;

  private NystromOptions(Builder builder) {
    this.landmarks = builder.landmarks;
    this.pinvIterations = builder.pinvIterations;
    this.pinvTolerance = builder.pinvTolerance;
    this.ridge = builder.ridge;
    this.initialisation =
        builder.initialisation != null
            ? builder.initialisation
            : builder.compatible ? Initialisation.WHOLE_BATCH : Initialisation.PER_MATRIX;
    this.compatible = builder.compatible;
    this.landmarkChoice = builder.landmarkChoice;
    this.leading = builder.leading;
    this.trailing = builder.trailing;
    this.nearField = builder.nearField;
    this.rowSums = builder.rowSums;
    this.errorTolerance = builder.errorTolerance;
    this.errorRows = builder.errorRows;
    this.fallback = builder.fallback;
    this.exactWhenFaster = builder.exactWhenFaster;
  }

  /** Starts from the defaults; the number of landmarks has to be set. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * A setting for models that were trained with exact attention and are not trained again: near
   * field of 16, first and last token protected, clusters as landmarks, ridge 1e-3.
   *
   * <p>Measured on MiniLM-L6 with all layers swapped, texts of 256 to 512 tokens, 64 landmarks (see
   * {@code DropInQuality} among the tests): whole-text vectors have cosine .987 to the exact ones
   * (.861 with the defaults), late-interaction scores rank correlation .985 (.916). Exact attention
   * is faster up to some 1,800 tokens (12 heads of 64: 32 to 10 ms at 512 tokens, 203 to 568 ms at
   * 4,096).
   *
   * @param landmarks about a sixth of the tokens, or 64
   */
  public static NystromOptions dropIn(int landmarks) {
    return builder()
        .setLandmarks(landmarks)
        .optNearField(16)
        .optProtectedTokens(1, 1)
        .optLandmarkChoice(LandmarkChoice.kMeans(2))
        .optRidge(1e-3)
        .build();
  }

  /** A builder that has these options set. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.landmarks = landmarks;
    builder.pinvIterations = pinvIterations;
    builder.pinvTolerance = pinvTolerance;
    builder.ridge = ridge;
    builder.initialisation = initialisation;
    builder.compatible = compatible;
    builder.landmarkChoice = landmarkChoice;
    builder.leading = leading;
    builder.trailing = trailing;
    builder.nearField = nearField;
    builder.rowSums = rowSums;
    builder.errorTolerance = errorTolerance;
    builder.errorRows = errorRows;
    builder.fallback = fallback;
    builder.exactWhenFaster = exactWhenFaster;
    return builder;
  }

  /** Number of landmarks beside the protected tokens. */
  public int landmarks() {
    return landmarks;
  }

  /** Most steps of the pseudo-inverse iteration. */
  public int pinvIterations() {
    return pinvIterations;
  }

  /** Residual {@code |AZA - A| / |A|} at which the iteration stops; 0 if it does not. */
  public double pinvTolerance() {
    return pinvTolerance;
  }

  /** Tikhonov parameter of the pseudo-inverse, 0 if it is found by iteration. */
  public double ridge() {
    return ridge;
  }

  /** Start of the iteration. */
  public Initialisation initialisation() {
    return initialisation;
  }

  /** Whether it is the published form. */
  public boolean compatible() {
    return compatible;
  }

  /** How landmarks are chosen. */
  public LandmarkChoice landmarkChoice() {
    return landmarkChoice;
  }

  /** First tokens of every sequence that are landmarks of their own. */
  public int leading() {
    return leading;
  }

  /** Last tokens of every sequence that are landmarks of their own. */
  public int trailing() {
    return trailing;
  }

  /** Largest distance of two tokens whose attention is exact; 0 if there is no near field. */
  public int nearField() {
    return nearField;
  }

  /** What is done about row sums. */
  public RowSums rowSums() {
    return rowSums;
  }

  /** Largest estimated relative error that is accepted; infinite if none is estimated. */
  public double errorTolerance() {
    return errorTolerance;
  }

  /** Query rows that the error is estimated on. */
  public int errorRows() {
    return errorRows;
  }

  /** What happens above the tolerance. */
  public Fallback fallback() {
    return fallback;
  }

  /** Whether attention is exact where that is the faster of the two. */
  public boolean exactWhenFaster() {
    return exactWhenFaster;
  }

  /** What the computation is told. */
  NystromForm form() {
    return new NystromForm(
        landmarkChoice::landmarks,
        new CorePseudoInverse(
            pinvIterations, pinvTolerance, ridge, initialisation == Initialisation.WHOLE_BATCH),
        rowSums == RowSums.RENORMALISED,
        nearField);
  }

  boolean estimatesError() {
    return errorTolerance < Double.POSITIVE_INFINITY;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof NystromOptions that
        && NystromOptionsText.write(this).equals(NystromOptionsText.write(that));
  }

  @Override
  public int hashCode() {
    return NystromOptionsText.write(this).hashCode();
  }

  @Override
  public String toString() {
    return "NystromOptions" + NystromOptionsText.write(this);
  }

  /** Builds {@link NystromOptions}; conflicts fail in {@link #build()}. */
  public static final class Builder {
    private int landmarks;
    private int pinvIterations = 6;
    private double pinvTolerance;
    private double ridge;
    private @Nullable Initialisation initialisation;
    private boolean compatible;
    private LandmarkChoice landmarkChoice = LandmarkChoice.segmentMeans();
    private int leading;
    private int trailing;
    private int nearField;
    private RowSums rowSums = RowSums.AS_COMPUTED;
    private double errorTolerance = Double.POSITIVE_INFINITY;
    private int errorRows = 16;
    private Fallback fallback = Fallback.EXACT;
    private boolean exactWhenFaster;

    private Builder() {}

    /** Number of landmarks beside the protected tokens, at least 1. Required. */
    public Builder setLandmarks(int count) {
      this.landmarks = count;
      return this;
    }

    /** Most steps of the pseudo-inverse iteration, at least 1. Default 6. */
    public Builder optPinvIterations(int iterations) {
      this.pinvIterations = iterations;
      return this;
    }

    /**
     * Stops the iteration, for each matrix by itself, when {@code |AZA - A| / |A|} (Frobenius) is
     * at most this or has grown, and keeps the best iterate. On a rank-deficient matrix the
     * iteration diverges by rounding after some steps; this is the cure. Costs a quarter more a
     * step, and a look at one number on the host. Default 0: all steps are made.
     */
    public Builder optPinvTolerance(double residual) {
      this.pinvTolerance = residual;
      return this;
    }

    /**
     * Replaces the iteration by {@code (A'A + ridge I)^-1 A'}, computed in float64. Default 0: the
     * iteration.
     */
    public Builder optRidge(double parameter) {
      this.ridge = parameter;
      return this;
    }

    /** Start of the iteration. Default: per matrix; in the compatible form, the whole batch. */
    public Builder optInitialisation(Initialisation start) {
      this.initialisation = start;
      return this;
    }

    /**
     * The form that published weights expect: landmarks are means over all tokens, padding
     * included, and padding is masked in the third kernel alone. Outputs then depend on padding
     * and, through the initialisation, on the batch. Default off.
     */
    public Builder optCompatible(boolean on) {
      this.compatible = on;
      return this;
    }

    /** How landmarks are chosen. Default: segment means. */
    public Builder optLandmarkChoice(LandmarkChoice choice) {
      this.landmarkChoice = choice;
      return this;
    }

    /**
     * Makes the first and last real tokens of every sequence landmarks of their own, in addition to
     * those that are chosen among the rest; with a near field, attention from and to them is exact
     * instead. A {@link TokenSpan} may protect more. Default 0 and 0.
     */
    public Builder optProtectedTokens(int first, int last) {
      this.leading = first;
      this.trailing = last;
      return this;
    }

    /**
     * Makes attention exact between tokens at most this far apart, and between protected tokens and
     * all, and Nystrom among the rest. Costs about {@code 8 * tokens * distance * (2 * headSize +
     * landmarks)} operations a head. Default 0: none.
     */
    public Builder optNearField(int distance) {
      this.nearField = distance;
      return this;
    }

    /** What is done about row sums. Default: as computed. */
    public Builder optRowSums(RowSums treatment) {
      this.rowSums = treatment;
      return this;
    }

    /**
     * Computes some rows exactly and takes measures for a sequence where the relative error of a
     * head on these rows (Frobenius) is above the tolerance.
     *
     * @param tolerance above 0
     * @param rows number of rows, spread evenly, at least 1
     */
    public Builder optErrorTolerance(double tolerance, int rows, Fallback measure) {
      this.errorTolerance = tolerance;
      this.errorRows = rows;
      this.fallback = measure;
      return this;
    }

    /**
     * Computes exactly where that is expected to be faster, by {@link AttentionCost}. Default off:
     * exact only where there are as many landmarks as tokens.
     */
    public Builder optExactWhenFaster(boolean on) {
      this.exactWhenFaster = on;
      return this;
    }

    /**
     * Checks and builds.
     *
     * @throws IllegalArgumentException naming the option and its value, if one is out of range or
     *     does not go with another
     */
    public NystromOptions build() {
      OptionRules.requireAtLeast(1, "landmarks", landmarks);
      OptionRules.requireAtLeast(1, "pinvIterations", pinvIterations);
      OptionRules.requireAtLeast(0, "protected first tokens", leading);
      OptionRules.requireAtLeast(0, "protected last tokens", trailing);
      OptionRules.requireAtLeast(0, "nearField", nearField);
      OptionRules.requireAtLeast(1, "error rows", errorRows);
      OptionRules.requireNotNegative("pinvTolerance", pinvTolerance);
      OptionRules.requireNotNegative("ridge", ridge);
      if (!(errorTolerance > 0)) {
        throw new IllegalArgumentException(
            "errorTolerance must be above 0, got: " + errorTolerance);
      }
      if (ridge > 0 && pinvTolerance > 0) {
        throw new IllegalArgumentException(
            "ridge must be 0 with a pinvTolerance, as it replaces the iteration, got: " + ridge);
      }
      if (compatible) {
        requirePlain();
      } else if (initialisation == Initialisation.WHOLE_BATCH) {
        throw new IllegalArgumentException(
            "initialisation must be PER_MATRIX unless compatible, got: WHOLE_BATCH");
      }
      return new NystromOptions(this);
    }

    private void requirePlain() {
      boolean plain =
          ridge == 0
              && leading + trailing + nearField == 0
              && rowSums == RowSums.AS_COMPUTED
              && errorTolerance == Double.POSITIVE_INFINITY
              && landmarkChoice == LandmarkChoice.segmentMeans();
      if (!plain) {
        throw new IllegalArgumentException(
            "compatible form must have no ridge, protected tokens, near field, row sums, error"
                + " tolerance or landmark choice of its own, got: "
                + NystromOptionsText.write(new NystromOptions(this)));
      }
    }
  }
}
