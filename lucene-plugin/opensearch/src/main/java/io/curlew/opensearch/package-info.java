@NullMarked
package io.curlew.opensearch;

import org.jspecify.annotations.NullMarked;
