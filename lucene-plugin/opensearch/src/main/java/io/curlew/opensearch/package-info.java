/**
 * Curlew for OpenSearch: documents get their anchor rows as they are ingested, and one query or
 * rescorer spends a budget of model calls where it counts. {@link
 * io.curlew.opensearch.CurlewPlugin} is what OpenSearch loads.
 *
 * <ul>
 *   <li>Index: {@code AnchorRowProcessor} asks the model of the node for the rows of a batch; a
 *       {@code RowValue} is a row in a document's source, {@code AnchorRowFieldMapper} puts it into
 *       the index.
 *   <li>Search: {@code CurQueryBuilder} is the query. When the node that was asked rewrites it,
 *       {@code TransportCurSearch} runs the search over all shards at once, by the neutral layer
 *       {@code io.curlew.cur.shards}: {@code TransportShards} carries its messages, {@code
 *       TransportCurShard} answers them for a shard. The query becomes a {@code
 *       CurHitsQueryBuilder}, whose hits the shards look up; all else is OpenSearch's.
 *   <li>Trace: {@code CurTraceFilter} puts what a search did into the response.
 * </ul>
 *
 * <p>Rows lie in the index as binary doc values. A codec without a graph, as the other engines have
 * it, is not to be had beside others: an index takes one codec service, and the k-NN plugin and the
 * custom codecs bring theirs; a codec that {@code EnginePlugin.getAdditionalCodecs} adds must be
 * named by the index, and is wrapped by that of k-NN where there is one; a vector field of the
 * default codec gets a graph that costs a hundred times the indexing. Doc values are written by
 * every codec, merged and copied as they are, carry the anchors' fingerprint in the attributes of
 * their field as vectors do, and a shard opens without the plugin.
 *
 * <p>The package depends on OpenSearch, {@code io.curlew.cur} and {@code io.curlew.lucene}, which
 * is compiled for an older Lucene and runs on OpenSearch's; on no model.
 */
@NullMarked
package io.curlew.opensearch;

import org.jspecify.annotations.NullMarked;
