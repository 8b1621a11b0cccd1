/**
 * Index directories: made out of a data set or of an index of Lucene, and opened for searching,
 * with their anchors, their model, what was learned and all that they hold.
 *
 * <p>The packages that search, measure, train and serve may depend on it, it only on {@code
 * io.curlew.demo.console} and the libraries. Start reading at {@link
 * io.curlew.demo.index.Indexing}, then {@link io.curlew.demo.index.CurlewIndex}.
 */
@NullMarked
package io.curlew.demo.index;

import org.jspecify.annotations.NullMarked;
