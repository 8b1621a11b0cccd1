package io.curlew.opensearch;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.lucene.search.Query;
import org.jspecify.annotations.Nullable;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.common.ParsingException;
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
    Map<String, QueryBuilder> features = new LinkedHashMap<>();
    QueryBuilder firstStage = null;
    QueryBuilder filter = null;
    float boost = DEFAULT_BOOST;
    String queryName = null;
    while (parser.nextToken() != XContentParser.Token.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      try {
        switch (name) {
          case "field" -> field = parser.text();
          case "query" -> query = parser.text();
          case "budget" -> budget = whole(name, parser);
          case "k" -> k = whole(name, parser);
          case "min_recall" -> minRecall = share(name, parser);
          case "method" -> method = CurSearch.Method.of(parser.text());
          case "profile" -> profile = parser.booleanValue();
          case "first_stage" -> firstStage = inner(name, parser);
          case "filter" -> filter = inner(name, parser);
          case "features" -> features(parser, features);
          case "boost" -> boost = (float) number(name, parser);
          case "_name" -> queryName = parser.text();
          default ->
              throw new IllegalArgumentException(
                  "parameter must be one of field, query, budget, k, min_recall, method, profile,"
                      + " first_stage, features, filter, boost, _name, got: "
                      + name);
        }
      } catch (IllegalArgumentException e) {
        throw bad(parser, e);
      }
    }
    try {
      if (firstStage != null && features.put(CurSearch.FIRST_STAGE, firstStage) != null) {
        throw new IllegalArgumentException(
            "features must have other names than first_stage where there is one, got: "
                + CurSearch.FIRST_STAGE);
      }
      return new CurQueryBuilder(
              new CurSearch(
                  required("field", field),
                  required("query", query),
                  budget,
                  k,
                  minRecall,
                  method,
                  profile,
                  features,
                  filter))
          .boost(boost)
          .queryName(queryName);
    } catch (IllegalArgumentException e) {
      throw bad(parser, e);
    }
  }

  private static ParsingException bad(XContentParser parser, IllegalArgumentException e) {
    return new ParsingException(parser.getTokenLocation(), "[" + NAME + "] " + e.getMessage(), e);
  }

  private static String required(String name, @Nullable String value) {
    if (value == null) {
      throw new IllegalArgumentException(name + " must be given, got none");
    }
    return value;
  }

  private static int whole(String name, XContentParser parser) throws IOException {
    double value = number(name, parser);
    if (value != Math.rint(value) || Math.abs(value) > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(name + " must be a whole number, got: " + value);
    }
    return (int) value;
  }

  private static double number(String name, XContentParser parser) throws IOException {
    try {
      return Double.parseDouble(parser.text());
    } catch (NumberFormatException | IllegalStateException e) {
      throw new IllegalArgumentException(
          name + " must be a number, got: " + parser.textOrNull(), e);
    }
  }

  private static double share(String name, XContentParser parser) throws IOException {
    double value = number(name, parser);
    if (!(value > 0 && value <= 1)) {
      throw new IllegalArgumentException(name + " must be in (0, 1], got: " + value);
    }
    return value;
  }

  private static QueryBuilder inner(String name, XContentParser parser) throws IOException {
    if (parser.currentToken() != XContentParser.Token.START_OBJECT) {
      throw new IllegalArgumentException(name + " must be a query, got: " + parser.text());
    }
    return parseInnerQueryBuilder(parser);
  }

  private static void features(XContentParser parser, Map<String, QueryBuilder> features)
      throws IOException {
    if (parser.currentToken() != XContentParser.Token.START_OBJECT) {
      throw new IllegalArgumentException("features must be queries by name, got: " + parser.text());
    }
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
    if (!search.features().isEmpty()) {
      builder.startObject("features");
      for (Map.Entry<String, QueryBuilder> feature : search.features().entrySet()) {
        builder.field(feature.getKey(), feature.getValue());
      }
      builder.endObject();
    }
    if (search.filter() != null) {
      builder.field("filter", search.filter());
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
