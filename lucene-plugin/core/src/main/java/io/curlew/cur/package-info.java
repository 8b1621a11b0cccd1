/** Anchors, latent queries and budgeted search; knows no engine. */
@NullMarked
package io.curlew.cur;

import org.jspecify.annotations.NullMarked;
