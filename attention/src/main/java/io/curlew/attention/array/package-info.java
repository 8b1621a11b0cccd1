/**
 * What the blocks and kernels of this project need of DJL's arrays beyond what DJL has: rows under
 * a manager that is named ({@link io.curlew.attention.array.TokenRows}), and operands that are safe
 * to differentiate ({@link io.curlew.attention.array.Owned}).
 *
 * <p>Knows DJL's API alone. All packages of {@code io.curlew.attention} may depend on it.
 */
@NullMarked
package io.curlew.attention.array;

import org.jspecify.annotations.NullMarked;
