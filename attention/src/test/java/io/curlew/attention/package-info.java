/** Tests of the attention kernels and blocks, and harnesses that measure them. */
@NullMarked
package io.curlew.attention;

import org.jspecify.annotations.NullMarked;
