/**
 * A SolrCloud of two nodes in JVMs of their own, and the commands to try it with. Speaks HTTP only:
 * nothing of Solr is on its class path. Start reading at {@link
 * io.curlew.demo.solr.SolrInstallation}.
 */
@NullMarked
package io.curlew.demo.solr;

import org.jspecify.annotations.NullMarked;
