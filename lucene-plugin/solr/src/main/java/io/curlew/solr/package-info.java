/**
 * The plugin for Solr 9.10, on a single core or in SolrCloud. The search logic is {@code
 * io.curlew.cur}, the engine layer {@code io.curlew.lucene.rows}; here is only what Solr needs.
 *
 * <ul>
 *   <li>Configuration: {@link io.curlew.solr.CurVectorField} holds the anchor rows and knows the
 *       anchor set and the text; {@link io.curlew.solr.CurCodecFactory} stores them without a
 *       graph; {@link io.curlew.solr.CurComponent} holds the model, which cores of a node share.
 *   <li>Indexing: {@link io.curlew.solr.CurUpdateProcessorFactory} computes the rows.
 *   <li>Searching: {@link io.curlew.solr.CurQParserPlugin} is the query parser {@code cur}, {@link
 *       io.curlew.solr.CurRerankQParserPlugin} the rank query {@code curRerank}; both describe
 *       their search as a {@code CurSearch}, which runs it over the documents of a core or, through
 *       {@code io.curlew.cur.shards}, over those of all shards. {@link io.curlew.solr.CurComponent}
 *       returns the trace.
 * </ul>
 *
 * <p>Start reading at {@code CurSearch}. The package depends on Solr, {@code io.curlew.cur} and
 * {@code io.curlew.lucene.rows}, whose sources this module compiles for Solr's Lucene; on no model.
 */
@NullMarked
package io.curlew.solr;

import org.jspecify.annotations.NullMarked;
