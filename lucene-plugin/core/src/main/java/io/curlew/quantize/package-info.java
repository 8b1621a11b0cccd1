/**
 * Product quantisation: vectors in a few bytes each, and their products with a vector of floats by
 * looking up.
 *
 * <p>Start reading at {@link io.curlew.quantize.ProductQuantizer}. {@link
 * io.curlew.quantize.BitAllocation} says which coordinates share a byte, {@link
 * io.curlew.quantize.LookupTable} multiplies. Codebooks are begun by {@code SimVq} and finished by
 * {@code Lloyd}.
 *
 * <p>Depends on EJML only: knows neither anchors nor an engine.
 */
@NullMarked
package io.curlew.quantize;

import org.jspecify.annotations.NullMarked;
