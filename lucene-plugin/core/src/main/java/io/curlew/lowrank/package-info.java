/** Low-rank approximation of matrices. */
@NullMarked
package io.curlew.lowrank;

import org.jspecify.annotations.NullMarked;
