/** Tests of vector quantisation. */
@NullMarked
package io.curlew.attention.vq;

import org.jspecify.annotations.NullMarked;
