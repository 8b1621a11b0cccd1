/** Tests on a real core and on a real SolrCloud. */
@NullMarked
package io.curlew.solr;

import org.jspecify.annotations.NullMarked;
