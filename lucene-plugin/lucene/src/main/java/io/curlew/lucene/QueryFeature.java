package io.curlew.lucene;

import io.curlew.lucene.rows.FeatureScores;
import io.curlew.lucene.rows.IndexView;
import io.curlew.lucene.rows.QueryScores;
import io.curlew.lucene.rows.RelativeScores;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.util.FixedBitSet;
import org.jspecify.annotations.Nullable;

/** A Lucene query as a feature, its scores divided by the best. */
record QueryFeature(String name, Function<String, @Nullable Query> query) implements Feature {

  @Override
  public FeatureScores of(IndexView view, String text, FixedBitSet accepted) throws IOException {
    Query words = query.apply(text);
    return new RelativeScores(
        new QueryScores(view, words == null ? new MatchNoDocsQuery() : words, accepted));
  }

  /** The words of a text, in some fields. */
  record Words(List<String> fields, Analyzer analyzer)
      implements Function<String, @Nullable Query> {
    @Override
    public Query apply(String text) {
      return new WordsQuery(fields, analyzer, text);
    }
  }

  /** The same query for every text. */
  record Always(Query query) implements Function<String, @Nullable Query> {
    @Override
    public Query apply(String text) {
      return query;
    }
  }
}
