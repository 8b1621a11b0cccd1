@NullMarked
package io.curlew.quantize;

import org.jspecify.annotations.NullMarked;
