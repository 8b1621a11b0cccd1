package io.curlew.solr;

import io.curlew.lucene.Feature;
import io.curlew.lucene.WordsQuery;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.search.Query;
import org.apache.solr.common.params.SolrParams;
import org.apache.solr.request.SolrQueryRequest;
import org.apache.solr.search.QParser;
import org.apache.solr.search.QParserPlugin;
import org.apache.solr.search.QueryUtils;
import org.apache.solr.search.SyntaxError;

/**
 * The query parser {@code cur}: the best documents by the interaction model, within a budget of its
 * calls.
 *
 * <pre>{@code q={!cur f=anchors budget=200 topK=100 v=$text}}</pre>
 *
 * <ul>
 *   <li>{@code f}: the anchor field. {@code v}: the user's words, as the model reads them.
 *   <li>{@code budget}: model calls of the whole request, at least 1, 200 unless given. Shards
 *       share it.
 *   <li>{@code topK}: how many documents match, of all shards together; at least 1, 100 unless
 *       given.
 *   <li>{@code minRecall}: stop early when so much of the exact top is expected to be found, in (0,
 *       1].
 *   <li>{@code feature.NAME}: a query whose best documents are likely ones, and whose scores help
 *       to estimate the model's; any number of them, named as what was learned of them in the
 *       anchor file, such as {@code bm25} and {@code dense}, a {@code knn} query. Unless given,
 *       {@code bm25} is any of the words in the text fields. {@code firstStage} is {@code
 *       feature.query}.
 *   <li>{@code method}: {@code adaptive} unless given; {@code latent} calls no model, {@code
 *       rerank} scores the best of the features, {@code fixed} a sample and what it leads to.
 *   <li>{@code profile}: {@code learned} adds what the anchor file has learned for relevance, by
 *       feature; {@code none} unless given.
 * </ul>
 *
 * <p>As the main query it searches only what the {@code fq} of the request let through; elsewhere
 * it searches everything. Its scores are those of {@link SolrCurQuery}.
 */
public final class CurQParserPlugin extends QParserPlugin {

  /** The name to register it under. */
  public static final String NAME = "cur";

  private static final int DEFAULT_TOP_K = 100;

  /** For Solr. */
  public CurQParserPlugin() {}

  @Override
  public QParser createParser(
      String qstr, SolrParams localParams, SolrParams params, SolrQueryRequest req) {
    return new CurQParser(qstr, localParams, params, req);
  }

  private static final class CurQParser extends QParser {

    CurQParser(String qstr, SolrParams localParams, SolrParams params, SolrQueryRequest req) {
      super(qstr, localParams, params, req);
    }

    @Override
    public Query parse() throws SyntaxError {
      if (localParams == null) { // defType=cur
        throw LocalParams.bad("cur must be given its parameters as {!cur f=...}, got: none");
      }
      LocalParams given = new LocalParams(localParams);
      int topK = given.atLeastOne("topK", DEFAULT_TOP_K);
      CurSearch search = given.search(qstr, topK, req);
      List<Query> filters = new ArrayList<>();
      if (!isFilter() && recurseCount == 0) {
        filters.addAll(QueryUtils.parseFilterQueries(req));
      }
      List<CurFeature> features = given.features(this);
      if (features.isEmpty()) {
        features.add(new CurFeature(Feature.BM25, words(search)));
      }
      SolrCurQuery query = new SolrCurQuery(search, features, filters);
      CurPlans.announce(req, query);
      return query;
    }

    private Query words(CurSearch search) {
      WordsQuery words =
          new WordsQuery(
              CurSearch.type(req.getSchema(), search.field()).textFields(),
              req.getSchema().getQueryAnalyzer(),
              search.query());
      try { // to terms, which are equal on all replicas, as analyzers are not
        return words.rewrite(req.getSearcher());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
