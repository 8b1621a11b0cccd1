/**
 * The web server of an index: a JSON interface, and the page that shows a search. It knows the
 * searcher, the model and the anchors, not the command line. Start reading at {@link
 * io.curlew.demo.serve.SearchServer}; the interface is described in {@code openapi.yaml} among the
 * resources, which the server also serves.
 */
@NullMarked
package io.curlew.demo.serve;

import org.jspecify.annotations.NullMarked;
