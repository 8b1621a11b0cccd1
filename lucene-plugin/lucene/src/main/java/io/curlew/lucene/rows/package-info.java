/**
 * Anchor rows in a Lucene index, and the index as a search space; the same sources for Lucene 10
 * and for the Lucene 9.12 of Solr. Start with {@link io.curlew.lucene.rows.IndexView}, the
 * documents of a reader that have a row, and {@link io.curlew.lucene.rows.LuceneSearchSpace}, these
 * for one query. Below them {@link io.curlew.lucene.rows.RowFields} says what a row and its sketch
 * are in a document, {@link io.curlew.lucene.rows.SegmentRows} reads the rows of a segment in
 * whatever {@link io.curlew.cur.anchor.RowEncoding}, {@link io.curlew.lucene.rows.RowReader} those
 * of some documents, and {@link io.curlew.lucene.rows.VectorScan} multiplies with all of them.
 * {@link io.curlew.lucene.rows.FeatureScores} is what a first stage says for one query.
 *
 * <p>What differs between the versions of Lucene is in the classes of this package in {@code
 * src/lucene10} here and in {@code src/lucene9} of the Solr module, and nowhere else. For Lucene 10
 * alone is what copies an index with rows, {@code CodecReaderWithRows} here and {@code
 * AnchoredCopy}, and what stores token vectors, {@code TokenVectorField} here and {@code
 * StoredTokenVectors}.
 *
 * <p>For the engine modules of this project only. Depends on {@code io.curlew.cur} and Lucene.
 */
@NullMarked
package io.curlew.lucene.rows;

import org.jspecify.annotations.NullMarked;
