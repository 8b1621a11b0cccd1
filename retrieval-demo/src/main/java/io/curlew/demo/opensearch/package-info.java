/**
 * Two OpenSearch nodes in JVMs of their own, and the commands to try them with. Speaks HTTP only:
 * nothing of OpenSearch is on its class path. Start reading at {@link
 * io.curlew.demo.opensearch.OpenSearchInstallation}.
 */
@NullMarked
package io.curlew.demo.opensearch;

import org.jspecify.annotations.NullMarked;
