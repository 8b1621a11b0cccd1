/**
 * Collections to search in: documents, queries and their judgements.
 *
 * <p>Knows nothing of models, of engines or of Lucene. It depends on {@code io.curlew.data.file},
 * which reads lines, and on {@code io.curlew.data.eval}, whose judgements a collection has.
 * Anything may depend on it, but it is written for the command line; the libraries ({@code
 * io.curlew.cur}, {@code io.curlew.lucene}) do without it.
 *
 * <p>Where to start reading: {@link io.curlew.data.Dataset} is what a command sees of a collection,
 * with its two implementations {@link io.curlew.data.BeirDataset} (a directory) and {@link
 * io.curlew.data.WordNetDataset} (example sentences to be linked to word senses).
 */
@NullMarked
package io.curlew.data;

import org.jspecify.annotations.NullMarked;
