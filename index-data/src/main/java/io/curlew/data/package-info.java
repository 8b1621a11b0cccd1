/**
 * Data sets, judgements, runs, measures and model files: everything that is read from disk or out
 * of a Maven artifact, and the numbers computed from it.
 *
 * <p>This package knows nothing of models, of engines or of Lucene: its own dependency is a JSON
 * parser. Anything may depend on it, but it is written for the command line; the libraries ({@code
 * io.curlew.cur}, {@code io.curlew.lucene}) do without it.
 *
 * <p>Where to start reading: {@link io.curlew.data.Dataset} is what a command sees of a collection,
 * with its two implementations {@link io.curlew.data.BeirDataset} (a directory) and {@link
 * io.curlew.data.WordNetDataset} (example sentences to be linked to word senses). A ranking of a
 * system is a {@link io.curlew.data.Run}; {@link io.curlew.data.Evaluation} scores one against
 * {@link io.curlew.data.Judgements} with one of the {@link io.curlew.data.Measures}. Input that
 * breaks a format is a {@link io.curlew.data.MalformedDataException}, which names file, line, rule
 * and value.
 */
@NullMarked
package io.curlew.data;

import org.jspecify.annotations.NullMarked;
