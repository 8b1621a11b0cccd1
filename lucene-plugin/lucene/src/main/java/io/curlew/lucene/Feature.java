package io.curlew.lucene;

import io.curlew.lucene.rows.FeatureScores;
import io.curlew.lucene.rows.IndexView;
import io.curlew.lucene.rows.VectorScores;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.search.Query;
import org.apache.lucene.util.FixedBitSet;
import org.jspecify.annotations.Nullable;

/**
 * Something that is known of documents for a query without the model: a ranking that names likely
 * documents, and a value of each that helps to estimate the model's score. A search may have any
 * number of them; together they are its first stage. Immutable and safe for use by several threads.
 *
 * <p>Values should mean the same for every query, since weights are learned for them by name, and 0
 * should mean no match.
 */
public interface Feature {

  /** The name of BM25. */
  String BM25 = "bm25";

  /** The name of dense retrieval. */
  String DENSE = "dense";

  /** Names it; weights that were learned are found by this name. */
  String name();

  /**
   * Its scores for a query.
   *
   * @param accepted the documents that may be found
   */
  FeatureScores of(IndexView view, String query, FixedBitSet accepted) throws IOException;

  /**
   * Any of the query's words in a text field, scored by the searcher's similarity: BM25 with k1 1.2
   * and b 0.75 unless it was told otherwise.
   *
   * @param analyzer that the field was indexed with
   */
  static Feature bm25(String field, Analyzer analyzer) {
    return bm25(List.of(field), analyzer);
  }

  /** The same in several text fields: a document's score is the sum over them. */
  static Feature bm25(List<String> fields, Analyzer analyzer) {
    return new QueryFeature(BM25, new QueryFeature.Words(List.copyOf(fields), analyzer));
  }

  /** A Lucene query whatever the text; equal ones are of equal queries. */
  static Feature of(String name, Query query) {
    return new QueryFeature(name, new QueryFeature.Always(query));
  }

  /**
   * A Lucene query made of the query's text, scored by the searcher. Values are divided by the best
   * of the list: no query's scores are larger than another's.
   *
   * @param query gives null where the text has no query, such as for stop words
   */
  static Feature query(String name, Function<String, @Nullable Query> query) {
    return new QueryFeature(name, query);
  }

  /**
   * The dot product of the query's vector with each document's. The list is by the field's graph
   * where it has one of that order; else the whole field is read.
   *
   * @param embedder that made the field's vectors
   */
  static Feature dense(String field, TextEmbedder embedder) {
    return new Feature() {
      @Override
      public String name() {
        return DENSE;
      }

      @Override
      public FeatureScores of(IndexView view, String query, FixedBitSet accepted) {
        float[] vector = embedder.embed(List.of(query))[0];
        return new VectorScores(view, field, vector, accepted);
      }
    };
  }
}
