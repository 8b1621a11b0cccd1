/** Tests of the encoder and of imported weights, and harnesses that measure drop-in quality. */
@NullMarked
package io.curlew.attention.bert;

import org.jspecify.annotations.NullMarked;
