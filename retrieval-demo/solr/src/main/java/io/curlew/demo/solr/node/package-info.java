/** A SolrCloud in a JVM of its own, for {@code curlew solr}; knows Solr and nothing of Curlew. */
@NullMarked
package io.curlew.demo.solr.node;

import org.jspecify.annotations.NullMarked;
