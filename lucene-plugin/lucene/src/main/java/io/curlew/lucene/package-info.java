/**
 * Curlew for Lucene: anchor rows as a vector field, and the searches of {@code io.curlew.cur} over
 * an {@code IndexSearcher}.
 *
 * <p>Start reading at {@link io.curlew.lucene.AnchorRowWriter}, which adds anchor rows to documents
 * on their way into an {@code IndexWriter}, and {@link io.curlew.lucene.CurSearcher}, which
 * searches. Below them: {@link io.curlew.lucene.CurSchema} names the fields, {@link
 * io.curlew.lucene.CurCodec} stores anchor rows without a graph, {@link io.curlew.lucene.Feature}
 * is BM25, dense retrieval or any query.
 *
 * <p>Exact scores come from an {@code InteractionModel} that reads texts, or from another {@link
 * io.curlew.lucene.DocumentScorer}: {@code StoredTokenVectors}, with Lucene 10 only. An index that
 * exists gets rows by {@code AnchoredCopy}, with Lucene 10 only.
 *
 * <p>As parts of Lucene: {@link io.curlew.lucene.CurQuery} is a search as a query, {@link
 * io.curlew.lucene.EstimateQuery} and {@link io.curlew.lucene.EstimateValuesSource} are the linear
 * estimate as a query and as values, {@link io.curlew.lucene.CurRescorer} re-ranks any first pass,
 * {@link io.curlew.lucene.CurSearcherManager} follows an index that changes. {@link
 * io.curlew.lucene.DriftReport} and {@link io.curlew.lucene.CurIndexCopy} look after an index over
 * time.
 *
 * <p>Depends on {@code io.curlew.lucene.rows}, which has the rows and the search space, {@code
 * io.curlew.cur} and Lucene; knows no model. The Solr module compiles the same sources for its
 * Lucene, 9.12.
 */
@NullMarked
package io.curlew.lucene;

import org.jspecify.annotations.NullMarked;
