package io.curlew.opensearch;

import io.curlew.cur.AdaptiveSearch;
import io.curlew.cur.ExactSearch;
import io.curlew.cur.FixedAnchorSearch;
import io.curlew.cur.LatentSearch;
import io.curlew.cur.RerankSearch;
import io.curlew.cur.SearchMethod;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.RankingProfile;
import io.curlew.cur.shards.ShardedSearchSpace;
import io.curlew.lucene.Feature;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryRewriteContext;

/**
 * What to look for and what it may cost, over all shards together.
 *
 * @param field of type {@value AnchorRowFieldMapper#TYPE}
 * @param query the user's text
 * @param budget the most model calls to spend, on all shards together
 * @param k how many hits
 * @param minRecall an expected recall that is enough; 1 spends the budget
 * @param profile whether the ranking profile that the anchors' index has learned is added
 * @param features queries by name: together they are the first stage
 * @param dense the feature {@value Feature#DENSE}, or null
 * @param filter only among the documents that match it, or null
 * @param window only among so many best documents of the first feature, 0 for all
 */
record CurSearch(
    String field,
    String query,
    int budget,
    int k,
    double minRecall,
    Method method,
    boolean profile,
    Map<String, QueryBuilder> features,
    @Nullable DenseVector dense,
    @Nullable QueryBuilder filter,
    int window)
    implements Writeable {

  /** The name of the first stage where it has no other. */
  static final String FIRST_STAGE = "first_stage";

  /** How the budget is spent. */
  enum Method {
    ADAPTIVE(new AdaptiveSearch()),
    LATENT(new LatentSearch()),
    FIXED(new FixedAnchorSearch(42)),
    RERANK(new RerankSearch());

    private final SearchMethod method;

    Method(SearchMethod method) {
      this.method = method;
    }

    /**
     * The method of a name.
     *
     * @throws IllegalArgumentException if there is none
     */
    static Method of(String name) {
      return Stream.of(values())
          .filter(one -> one.toString().equals(name))
          .findFirst()
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "method must be one of "
                          + Stream.of(values())
                              .map(Method::toString)
                              .collect(Collectors.joining(", "))
                          + ", got: "
                          + name));
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  CurSearch {
    features = Collections.unmodifiableMap(new LinkedHashMap<>(features));
    new SearchRequest(query, k, budget, null, minRecall); // checks them
    if (dense != null && features.containsKey(Feature.DENSE)) {
      throw new IllegalArgumentException(
          "features must have other names than the dense vector, got: " + Feature.DENSE);
    }
  }

  CurSearch(StreamInput in) throws IOException {
    this(
        in.readString(),
        in.readString(),
        in.readVInt(),
        in.readVInt(),
        in.readDouble(),
        in.readEnum(Method.class),
        in.readBoolean(),
        in.readOrderedMap(
            StreamInput::readString, from -> from.readNamedWriteable(QueryBuilder.class)),
        in.readOptionalWriteable(DenseVector::new),
        in.readOptionalNamedWriteable(QueryBuilder.class),
        in.readVInt());
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    out.writeString(field);
    out.writeString(query);
    out.writeVInt(budget);
    out.writeVInt(k);
    out.writeDouble(minRecall);
    out.writeEnum(method);
    out.writeBoolean(profile);
    out.writeMap(features, StreamOutput::writeString, StreamOutput::writeNamedWriteable);
    out.writeOptionalWriteable(dense);
    out.writeOptionalNamedWriteable(filter);
    out.writeVInt(window);
  }

  /** What it is called in a trace. */
  String name() {
    return field + ":" + query;
  }

  /** What is known of documents without the model: the queries, then the dense vector. */
  List<ShardedSearchSpace.Feature> allFeatures() {
    List<ShardedSearchSpace.Feature> all = new ArrayList<>();
    features.keySet().forEach(name -> all.add(new ShardedSearchSpace.Feature(name, true)));
    if (dense != null) {
      all.add(new ShardedSearchSpace.Feature(Feature.DENSE, false));
    }
    return all;
  }

  /** The same with other queries as features. */
  CurSearch withFeatures(Map<String, QueryBuilder> others) {
    return new CurSearch(
        field, query, budget, k, minRecall, method, profile, others, dense, filter, window);
  }

  /** The same with its queries rewritten; this one if nothing changes. */
  CurSearch rewrite(QueryRewriteContext context) throws IOException {
    boolean changed = false;
    Map<String, QueryBuilder> rewritten = new LinkedHashMap<>();
    for (Map.Entry<String, QueryBuilder> feature : features.entrySet()) {
      QueryBuilder now = feature.getValue().rewrite(context);
      changed |= now != feature.getValue();
      rewritten.put(feature.getKey(), now);
    }
    QueryBuilder filtered = filter == null ? null : filter.rewrite(context);
    return changed || filtered != filter
        ? new CurSearch(
            field, query, budget, k, minRecall, method, profile, rewritten, dense, filtered, window)
        : this;
  }

  /** The request as the search wants it. */
  SearchRequest request(AnchorSet anchors, @Nullable Duration timeout) {
    RankingProfile learned = profile ? anchors.learned().profile() : RankingProfile.NONE;
    if (profile && learned.isNone()) {
      throw new IllegalArgumentException(
          "profile must have been learned where it is asked for, got an anchor file without one");
    }
    return new SearchRequest(query, k, budget, timeout, minRecall).withProfile(learned);
  }

  /** The method, for so many documents: rounds are not for where all can be scored. */
  SearchMethod method(long documents, boolean timed) {
    boolean exhaustive =
        method == Method.ADAPTIVE && budget >= documents && !timed && minRecall == 1;
    return exhaustive ? new ExactSearch() : method.method;
  }
}
