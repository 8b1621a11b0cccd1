/** Tests of the OpenSearch plugin, over HTTP on nodes in this JVM. */
@NullMarked
package io.curlew.opensearch;

import org.jspecify.annotations.NullMarked;
