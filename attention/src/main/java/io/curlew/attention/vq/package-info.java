/**
 * Vector quantisation as a block: each vector is replaced by the nearest of a set of codes, and
 * what comes before the block can still be trained.
 *
 * <p>Start reading at {@link io.curlew.attention.vq.VectorQuantizer}. {@link
 * io.curlew.attention.vq.Codebook} says what of the codes is trained, {@link
 * io.curlew.attention.vq.Estimator} how the gradient passes, {@link
 * io.curlew.attention.vq.CodebookUse} whether the codes are used at all.
 *
 * <p>Knows {@code io.curlew.attention} and {@code .array}; nothing in this module knows it.
 */
@NullMarked
package io.curlew.attention.vq;

import org.jspecify.annotations.NullMarked;
