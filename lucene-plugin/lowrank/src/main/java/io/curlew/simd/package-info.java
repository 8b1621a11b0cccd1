/**
 * The inner loops on which the time is spent: {@link io.curlew.simd.DotProduct} on floats and
 * bytes, {@link io.curlew.simd.MatrixKernel} on doubles. Each has one form in plain Java (Scalar)
 * and one with the Vector API (Simd), taken where its module is present, which {@code VectorApi}
 * alone asks; within a form the order of additions is fixed.
 *
 * <p>For the modules of this project only; depends on nothing.
 */
@NullMarked
package io.curlew.simd;

import org.jspecify.annotations.NullMarked;
