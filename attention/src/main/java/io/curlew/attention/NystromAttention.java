package io.curlew.attention;

import java.util.function.Consumer;

/**
 * Multi-head self-attention that is linear in the number of tokens: a {@link SelfAttention} block
 * around {@link NystromKernel} (Xiong et al., Nystromformer, 2021). Use it where sequences are
 * several times longer than the number of landmarks and tokens attend broadly; not for causal
 * models, nor where every row attends to a few tokens that no landmark resembles.
 *
 * <pre>{@code
 * NystromAttention attention =
 *     NystromAttention.builder().setHeadCount(12).setEmbeddingSize(768).setLandmarks(64).build();
 * }</pre>
 *
 * <p>Parameters and options are saved together: a loaded block attends as the saved one did.
 */
public final class NystromAttention extends SelfAttention {
  private NystromAttention(Builder builder, NystromOptions options) {
    super(
        builder.headCount,
        builder.embeddingSize,
        builder.dropout,
        builder.convolutionKernel,
        AttentionKind.nystrom(options));
  }

  /** Starts with neither heads, embedding size nor landmarks set. */
  public static Builder builder() {
    return new Builder();
  }

  /** Builds the block. */
  public static final class Builder {
    private int headCount;
    private int embeddingSize;
    private float dropout;
    private int convolutionKernel;
    private final NystromOptions.Builder options = NystromOptions.builder();

    private Builder() {}

    /** Number of heads, at least 1. Required. */
    public Builder setHeadCount(int count) {
      this.headCount = count;
      return this;
    }

    /** Values per token, a multiple of the number of heads. Required. */
    public Builder setEmbeddingSize(int size) {
      this.embeddingSize = size;
      return this;
    }

    /** Number of landmarks, at least 1. Required. */
    public Builder setLandmarks(int count) {
      options.setLandmarks(count);
      return this;
    }

    /**
     * Rate at which the weights of keys are dropped in training, in the landmarks' attention to all
     * keys. Default 0.
     */
    public Builder optDropout(float rate) {
      this.dropout = rate;
      return this;
    }

    /** Length of the convolution along the values, odd. Default 0: none. */
    public Builder optConvolutionKernel(int length) {
      this.convolutionKernel = length;
      return this;
    }

    /** Sets any of the other options. */
    public Builder optOptions(Consumer<NystromOptions.Builder> setting) {
      setting.accept(options);
      return this;
    }

    /**
     * Checks and builds.
     *
     * @throws IllegalArgumentException naming what is missing, out of range or in conflict
     */
    public NystromAttention build() {
      return new NystromAttention(this, options.build());
    }
  }
}
