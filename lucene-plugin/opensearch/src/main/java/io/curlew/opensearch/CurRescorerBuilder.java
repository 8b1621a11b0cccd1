package io.curlew.opensearch;

import io.curlew.cur.SearchRequest;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.opensearch.action.IndicesRequest;
import org.opensearch.action.admin.cluster.shards.ClusterSearchShardsRequest;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.index.query.QueryCoordinatorContext;
import org.opensearch.index.query.QueryRewriteContext;
import org.opensearch.index.query.QueryShardContext;
import org.opensearch.search.rescore.RescoreContext;
import org.opensearch.search.rescore.RescorerBuilder;

/**
 * The rescorer {@value #NAME}: re-ranks the first hits of any query by the model, exact where it is
 * called and estimated from rows beyond.
 *
 * <p>A shard rescores its own hits and knows nothing of the others', so the budget of the request
 * is divided among the shards in equal parts. A curlew query with a {@code window} spends one
 * budget over all shards, and finds more for as many calls.
 */
final class CurRescorerBuilder extends RescorerBuilder<CurRescorerBuilder> {

  static final String NAME = "curlew";

  private static final int BUDGET = 100;

  private final String field;
  private final SearchRequest request; // its k is of no meaning here
  private final RescoredHits memory;
  private final @Nullable AtomicInteger shards; // to divide the budget by, 0 until it is known
  private final boolean divided;

  private CurRescorerBuilder(
      String field,
      SearchRequest request,
      RescoredHits memory,
      @Nullable AtomicInteger shards,
      boolean divided) {
    this.field = field;
    this.request = request;
    this.memory = memory;
    this.shards = shards;
    this.divided = divided;
  }

  CurRescorerBuilder(StreamInput in, RescoredHits memory) throws IOException {
    super(in);
    this.field = in.readString();
    this.request =
        SearchRequest.of(in.readString(), 1, in.readVInt()).withMinRecall(in.readDouble());
    this.divided = in.readBoolean();
    this.memory = memory;
    this.shards = null;
  }

  @Override
  protected void doWriteTo(StreamOutput out) throws IOException {
    out.writeString(field);
    out.writeString(request.query());
    out.writeVInt(request.budget());
    out.writeDouble(request.minRecall());
    out.writeBoolean(divided);
  }

  /** Reads one; a parameter that is unknown or out of range is an error. */
  static CurRescorerBuilder fromXContent(
      XContentParser parser, RescoredHits memory, MostBudget most) throws IOException {
    String field = null;
    String query = null;
    int budget = BUDGET;
    double minRecall = 1;
    try {
      while (parser.nextToken() != XContentParser.Token.END_OBJECT) {
        String name = parser.currentName();
        parser.nextToken();
        switch (name) {
          case "field" -> field = Parameters.text(name, parser);
          case "query" -> query = Parameters.text(name, parser);
          case "budget" -> budget = Parameters.positive(name, parser);
          case "min_recall" -> minRecall = Parameters.share(name, parser);
          default ->
              throw new IllegalArgumentException(
                  "parameter must be one of field, query, budget, min_recall, got: " + name);
        }
      }
      most.check(budget);
      return new CurRescorerBuilder(
          Parameters.required("field", field),
          SearchRequest.of(Parameters.required("query", query), 1, budget).withMinRecall(minRecall),
          memory,
          null,
          false);
    } catch (IllegalArgumentException e) {
      throw Parameters.bad(NAME, parser, e);
    }
  }

  @Override
  protected void doXContent(XContentBuilder builder, Params params) throws IOException {
    builder.startObject(NAME);
    builder.field("field", field);
    builder.field("query", request.query());
    builder.field("budget", request.budget());
    builder.field("min_recall", request.minRecall());
    builder.endObject();
  }

  @Override
  public RescorerBuilder<CurRescorerBuilder> rewrite(QueryRewriteContext context)
      throws IOException {
    QueryCoordinatorContext coordinator = context.convertToCoordinatorContext();
    if (divided || coordinator == null) {
      return this;
    }
    if (shards != null) {
      return shards.get() == 0 ? this : divided(shards.get());
    }
    AtomicInteger counted = new AtomicInteger();
    context.registerAsyncAction(
        (client, listener) ->
            client
                .admin()
                .cluster()
                .searchShards(
                    shardsOf(coordinator.getSearchRequest()),
                    ActionListener.wrap(
                        found -> {
                          counted.set(Math.max(1, found.getGroups().length));
                          listener.onResponse(null);
                        },
                        listener::onFailure)));
    return windowed(new CurRescorerBuilder(field, request, memory, counted, false));
  }

  private CurRescorerBuilder divided(int count) {
    if (request.budget() < count) {
      throw new IllegalArgumentException(
          "budget of a rescorer must be at least a call for each of the "
              + count
              + " shards, got: "
              + request.budget());
    }
    SearchRequest part =
        SearchRequest.of(request.query(), 1, request.budget() / count)
            .withMinRecall(request.minRecall());
    return windowed(new CurRescorerBuilder(field, part, memory, null, true));
  }

  private CurRescorerBuilder windowed(CurRescorerBuilder other) {
    return windowSize() == null ? other : other.windowSize(windowSize());
  }

  private static ClusterSearchShardsRequest shardsOf(IndicesRequest request) {
    ClusterSearchShardsRequest shards =
        new ClusterSearchShardsRequest(request.indices()).indicesOptions(request.indicesOptions());
    return request instanceof org.opensearch.action.search.SearchRequest search
        ? shards.routing(search.routing()).preference(search.preference())
        : shards;
  }

  @Override
  protected RescoreContext innerBuildContext(int windowSize, QueryShardContext context) {
    if (windowSize < 0) {
      throw new IllegalArgumentException("window_size must be at least 0, got: " + windowSize);
    }
    if (!(context.fieldMapper(field) instanceof AnchorRowFieldMapper.Type type)) {
      throw new IllegalArgumentException(
          "field must be of type " + AnchorRowFieldMapper.TYPE + ", got: " + field);
    }
    return new CurShardRescorer.Context(windowSize, new CurShardRescorer(type, request, memory));
  }

  @Override
  public boolean equals(Object other) {
    return super.equals(other)
        && other instanceof CurRescorerBuilder that
        && field.equals(that.field)
        && request.equals(that.request);
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), field, request);
  }

  @Override
  public String getWriteableName() {
    return NAME;
  }
}
