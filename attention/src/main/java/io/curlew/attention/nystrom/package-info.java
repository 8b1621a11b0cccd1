/**
 * Nystrom's method on arrays of queries, keys and values: landmarks, the pseudo-inverse of their
 * core, the three kernels, the near field.
 *
 * <p>Start reading at {@link io.curlew.attention.nystrom.LandmarkAttention}, the approximation
 * itself; {@link io.curlew.attention.nystrom.NearField} mixes it with exact attention between
 * neighbours. A {@link io.curlew.attention.nystrom.LandmarkSelector} finds the landmarks, {@link
 * io.curlew.attention.nystrom.CorePseudoInverse} inverts. What is exact goes by {@link
 * io.curlew.attention.nystrom.ExactRows}.
 *
 * <p>Nothing here knows of options, padding or blocks: it depends on {@code
 * io.curlew.attention.array} and DJL's API. Only {@code io.curlew.attention} may depend on it.
 */
@NullMarked
package io.curlew.attention.nystrom;

import org.jspecify.annotations.NullMarked;
