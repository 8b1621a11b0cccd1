package io.curlew.solr;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import org.apache.solr.common.SolrException;
import org.apache.solr.common.SolrException.ErrorCode;
import org.apache.solr.common.params.CommonParams;
import org.apache.solr.common.params.ModifiableSolrParams;
import org.apache.solr.common.util.NamedList;
import org.apache.solr.handler.component.HttpShardHandler;
import org.apache.solr.handler.component.ResponseBuilder;
import org.apache.solr.handler.component.ShardHandler;
import org.apache.solr.handler.component.ShardRequest;
import org.apache.solr.handler.component.ShardResponse;
import org.apache.solr.request.SolrRequestInfo;
import org.jspecify.annotations.Nullable;

/**
 * Asks the shards of a request for a part of one of its searches, all at once, through Solr's own
 * shard handler: so another replica is asked where one does not answer.
 */
final class ShardCalls {

  private static final List<String> OF_OTHERS =
      List.of("rows", "start", "fl", "timeAllowed", "facet", "hl", "debug", "debugQuery");

  private final ResponseBuilder rb;
  private final ModifiableSolrParams common;
  private final boolean tolerant;
  private final boolean[] lost;

  /**
   * @param plan the number of the search among those of the request
   */
  ShardCalls(ResponseBuilder rb, int plan) {
    this.rb = rb;
    this.tolerant = HttpShardHandler.getShardsTolerantAsBool(rb.req);
    this.lost = new boolean[rb.shards.length];
    this.common = new ModifiableSolrParams(rb.req.getParams());
    OF_OTHERS.forEach(common::remove);
    common.set(CommonParams.QT, CurShardHandler.PATH);
    common.set(CurShardHandler.PLAN, plan);
    CurPlans.pinAnchors(rb, common);
  }

  int shards() {
    return lost.length;
  }

  /**
   * The answers by shard; null of one that was not asked, or that is lost to a tolerant request.
   *
   * @param operation what {@link CurShardHandler} is to do
   * @param parameters by shard, null for one that is not asked
   */
  List<@Nullable NamedList<Object>> ask(
      String operation, IntFunction<@Nullable ModifiableSolrParams> parameters) {
    ShardHandler handler = rb.req.getCoreContainer().getShardHandlerFactory().getShardHandler();
    ShardRequest request = new ShardRequest();
    request.purpose = ShardRequest.PURPOSE_PRIVATE;
    request.responses = new ArrayList<>();
    List<ModifiableSolrParams> sent = new ArrayList<>();
    List<String> asked = new ArrayList<>();
    for (int shard = 0; shard < lost.length; shard++) {
      ModifiableSolrParams of = lost[shard] ? null : parameters.apply(shard);
      if (of != null) {
        ModifiableSolrParams all = new ModifiableSolrParams(common);
        all.add(of);
        all.set(CurShardHandler.OPERATION, operation);
        ShardHandler.setShardAttributesToParams(all, request.purpose);
        sent.add(all);
        asked.add(rb.shards[shard]);
      }
    }
    request.actualShards = asked.toArray(String[]::new);
    boolean own = SolrRequestInfo.getRequestInfo() == null; // a thread of the search's
    if (own) {
      SolrRequestInfo.setRequestInfo(new SolrRequestInfo(rb.req, rb.rsp)); // on whose behalf
    }
    try {
      for (int i = 0; i < asked.size(); i++) {
        handler.submit(request, asked.get(i), sent.get(i));
      }
    } finally {
      if (own) {
        SolrRequestInfo.clearRequestInfo();
      }
    }
    return asked.isEmpty() ? none() : answers(handler);
  }

  private List<@Nullable NamedList<Object>> none() {
    List<@Nullable NamedList<Object>> answers = new ArrayList<>();
    for (int shard = 0; shard < lost.length; shard++) {
      answers.add(null);
    }
    return answers;
  }

  private List<@Nullable NamedList<Object>> answers(ShardHandler handler) {
    List<@Nullable NamedList<Object>> answers = none();
    ShardResponse last =
        tolerant ? handler.takeCompletedIncludingErrors() : handler.takeCompletedOrError();
    for (ShardResponse response : last.getShardRequest().responses) {
      int shard = rb.getShardNum(response.getShard());
      Throwable failure = response.getException();
      if (failure == null) {
        answers.set(shard, Objects.requireNonNull(response.getSolrResponse().getResponse()));
      } else if (tolerant) {
        lost[shard] = true;
      } else {
        handler.cancelAll();
        throw failure instanceof SolrException known
            ? known
            : new SolrException(ErrorCode.SERVER_ERROR, failure);
      }
    }
    return answers;
  }
}
