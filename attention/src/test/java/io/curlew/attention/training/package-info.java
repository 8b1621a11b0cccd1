@NullMarked
package io.curlew.attention.training;

import org.jspecify.annotations.NullMarked;
