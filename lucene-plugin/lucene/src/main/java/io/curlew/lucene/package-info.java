/**
 * Curlew for Lucene 10: anchor rows as a vector field, and the searches of {@code io.curlew.cur}
 * over an {@code IndexSearcher}.
 *
 * <p>Start reading at {@link io.curlew.lucene.CurIndexWriter}, which adds documents with their
 * anchor rows, and {@link io.curlew.lucene.CurSearcher}, which searches. Below them: {@link
 * io.curlew.lucene.CurSchema} names the fields, {@link io.curlew.lucene.CurFlatVectorsFormat}
 * stores anchor rows without a graph, {@link io.curlew.lucene.VectorScan} computes raw dot products
 * over all of them, {@link io.curlew.lucene.FirstStage} is BM25 or dense retrieval.
 *
 * <p>Depends on {@code io.curlew.cur} and Lucene only; knows no model.
 */
@NullMarked
package io.curlew.lucene;

import org.jspecify.annotations.NullMarked;
