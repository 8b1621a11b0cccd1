package io.curlew.opensearch;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.lucene.search.Query;
import org.jspecify.annotations.Nullable;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.index.query.AbstractQueryBuilder;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryCoordinatorContext;
import org.opensearch.index.query.QueryRewriteContext;
import org.opensearch.index.query.QueryShardContext;

/**
 * The query {@value #NAME}: a budgeted search among others. When the node that was asked rewrites
 * it, the search is run over all shards ({@link CurSearchAction}), and it becomes its hits ({@link
 * CurHitsQueryBuilder}), which shards only look up. So it goes into any compound query, is sorted,
 * paged, counted, highlighted and explained, and aggregations are over its hits.
 */
final class CurQueryBuilder extends AbstractQueryBuilder<CurQueryBuilder> {

  static final String NAME = "curlew";

  private static final int BUDGET = 200;
  private static final int K = 100;

  private final CurSearch search;
  private final @Nullable AtomicReference<@Nullable CurFound> found; // once it is run

  private CurQueryBuilder(CurSearch search, @Nullable AtomicReference<@Nullable CurFound> found) {
    this.search = search;
    this.found = found;
  }

  CurQueryBuilder(CurSearch search) {
    this(search, null);
  }

  CurQueryBuilder(StreamInput in) throws IOException {
    super(in);
    this.search = new CurSearch(in);
    this.found = null;
  }

  @Override
  protected void doWriteTo(StreamOutput out) throws IOException {
    search.writeTo(out);
  }

  /** Reads one; a parameter that is unknown or out of range is an error. */
  static CurQueryBuilder fromXContent(XContentParser parser) throws IOException {
    String field = null;
    String query = null;
    int budget = BUDGET;
    int k = K;
    double minRecall = 1;
    CurSearch.Method method = CurSearch.Method.ADAPTIVE;
    boolean profile = false;
    int window = 0;
    Map<String, QueryBuilder> named = new LinkedHashMap<>();
    QueryBuilder firstStage = null;
    DenseVector dense = null;
    QueryBuilder filter = null;
    float boost = DEFAULT_BOOST;
    String queryName = null;
    while (parser.nextToken() != XContentParser.Token.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      try {
        switch (name) {
          case "field" -> field = Parameters.text(name, parser);
          case "query" -> query = Parameters.text(name, parser);
          case "budget" -> budget = Parameters.whole(name, parser);
          case "k" -> k = Parameters.whole(name, parser);
          case "min_recall" -> minRecall = Parameters.share(name, parser);
          case "method" -> method = CurSearch.Method.of(Parameters.text(name, parser));
          case "profile" -> profile = parser.booleanValue();
          case "window" -> window = Parameters.positive(name, parser);
          case "first_stage" -> firstStage = inner(name, parser);
          case "filter" -> filter = inner(name, parser);
          case "features" -> features(parser, named);
          case "dense" -> dense = DenseVector.fromXContent(parser);
          case "boost" -> boost = (float) Parameters.number(name, parser);
          case "_name" -> queryName = Parameters.text(name, parser);
          default ->
              throw new IllegalArgumentException(
                  "parameter must be one of field, query, budget, k, min_recall, method, profile,"
                      + " window, first_stage, features, dense, filter, boost, _name, got: "
                      + name);
        }
      } catch (IllegalArgumentException e) {
        throw Parameters.bad(NAME, parser, e);
      }
    }
    try {
      Map<String, QueryBuilder> features = new LinkedHashMap<>();
      if (firstStage != null) {
        features.put(CurSearch.FIRST_STAGE, firstStage);
      } else if (window > 0 && !named.isEmpty()) {
        throw new IllegalArgumentException(
            "window must be of a first_stage where there are features, got: " + window);
      }
      if (firstStage != null && named.containsKey(CurSearch.FIRST_STAGE)) {
        throw new IllegalArgumentException(
            "features must have other names than the first stage, got: " + CurSearch.FIRST_STAGE);
      }
      features.putAll(named);
      return new CurQueryBuilder(
              new CurSearch(
                  Parameters.required("field", field),
                  Parameters.required("query", query),
                  budget,
                  k,
                  minRecall,
                  method,
                  profile,
                  features,
                  dense,
                  filter,
                  window))
          .boost(boost)
          .queryName(queryName);
    } catch (IllegalArgumentException e) {
      throw Parameters.bad(NAME, parser, e);
    }
  }

  private static QueryBuilder inner(String name, XContentParser parser) throws IOException {
    Parameters.object(name, "a query", parser);
    return parseInnerQueryBuilder(parser);
  }

  private static void features(XContentParser parser, Map<String, QueryBuilder> features)
      throws IOException {
    Parameters.object("features", "queries by name", parser);
    while (parser.nextToken() != XContentParser.Token.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      features.put(name, inner("feature " + name, parser));
    }
  }

  @Override
  protected void doXContent(XContentBuilder builder, Params params) throws IOException {
    builder.startObject(NAME);
    builder.field("field", search.field());
    builder.field("query", search.query());
    builder.field("budget", search.budget());
    builder.field("k", search.k());
    builder.field("min_recall", search.minRecall());
    builder.field("method", search.method().toString());
    builder.field("profile", search.profile());
    Map<String, QueryBuilder> named = new LinkedHashMap<>(search.features());
    QueryBuilder firstStage = named.remove(CurSearch.FIRST_STAGE);
    if (firstStage != null) {
      builder.field("first_stage", firstStage);
    }
    if (!named.isEmpty()) {
      builder.startObject("features");
      for (Map.Entry<String, QueryBuilder> feature : named.entrySet()) {
        builder.field(feature.getKey(), feature.getValue());
      }
      builder.endObject();
    }
    if (search.dense() != null) {
      builder.field("dense", search.dense());
    }
    if (search.filter() != null) {
      builder.field("filter", search.filter());
    }
    if (search.window() > 0) {
      builder.field("window", search.window());
    }
    printBoostAndQueryName(builder);
    builder.endObject();
  }

  @Override
  protected QueryBuilder doRewrite(QueryRewriteContext context) throws IOException {
    if (found != null) {
      CurFound hits = found.get();
      return hits == null ? this : new CurHitsQueryBuilder(hits);
    }
    CurSearch rewritten = search.rewrite(context);
    if (rewritten != search) {
      return new CurQueryBuilder(rewritten);
    }
    QueryCoordinatorContext coordinator = context.convertToCoordinatorContext();
    if (coordinator == null || context.hasAsyncActions()) {
      return this; // the queries in it may wait for something
    }
    AtomicReference<@Nullable CurFound> running = new AtomicReference<>();
    context.registerAsyncAction(
        (client, listener) ->
            client.execute(
                CurSearchAction.INSTANCE,
                new CurSearchAction.Request(search, coordinator.getSearchRequest()),
                ActionListener.wrap(
                    hits -> {
                      running.set(hits);
                      listener.onResponse(null);
                    },
                    listener::onFailure)));
    return new CurQueryBuilder(search, running);
  }

  @Override
  protected Query doToQuery(QueryShardContext context) {
    throw new IllegalArgumentException(
        "query "
            + NAME
            + " must be in a request that the node rewrites which is asked, such as a search, got: "
            + search.name());
  }

  @Override
  protected boolean doEquals(CurQueryBuilder other) {
    return search.equals(other.search);
  }

  @Override
  protected int doHashCode() {
    return Objects.hash(search);
  }

  @Override
  public String getWriteableName() {
    return NAME;
  }
}
