/** Starts OpenSearch with the plugin as it is packed. */
@NullMarked
package io.curlew.demo.opensearch.node;

import org.jspecify.annotations.NullMarked;
