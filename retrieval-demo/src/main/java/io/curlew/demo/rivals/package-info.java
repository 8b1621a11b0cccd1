/**
 * Published methods that ours is compared with, on the same index and at the same calls: anchor CUR
 * with chosen documents and as published, least squares on dense vectors, fixed-dimensional
 * encodings of token vectors.
 *
 * <p>Depends on {@code io.curlew.demo.index}; only the evaluation may depend on it. Start reading
 * at {@link io.curlew.demo.rivals.RoundSearch}.
 */
@NullMarked
package io.curlew.demo.rivals;

import org.jspecify.annotations.NullMarked;
