package io.curlew.solr;

import io.curlew.cur.shards.Shards;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.solr.common.SolrException;
import org.apache.solr.common.SolrException.ErrorCode;
import org.apache.solr.common.params.CommonParams;
import org.apache.solr.common.params.ModifiableSolrParams;
import org.apache.solr.handler.component.HttpShardHandler;
import org.apache.solr.handler.component.ResponseBuilder;
import org.apache.solr.handler.component.ShardHandler;
import org.apache.solr.handler.component.ShardRequest;
import org.apache.solr.handler.component.ShardResponse;
import org.apache.solr.request.SolrRequestInfo;
import org.jspecify.annotations.Nullable;

/**
 * Asks the shards of a request about one of its searches, through Solr's own shard handler: so
 * another replica is asked where one does not answer. With {@code shards.tolerant} a shard may be
 * lost; else that is an error.
 */
final class SolrShards implements Shards {

  private static final List<String> OF_OTHERS =
      List.of("rows", "start", "fl", "timeAllowed", "facet", "hl", "debug", "debugQuery");

  private final ResponseBuilder rb;
  private final ModifiableSolrParams common;
  private final boolean tolerant;

  /**
   * @param plan the number of the search among those of the request
   */
  SolrShards(ResponseBuilder rb, int plan) {
    this.rb = rb;
    this.tolerant = HttpShardHandler.getShardsTolerantAsBool(rb.req);
    this.common = new ModifiableSolrParams(rb.req.getParams());
    OF_OTHERS.forEach(common::remove);
    common.set(CommonParams.QT, CurShardHandler.PATH);
    common.set(CurShardHandler.PLAN, plan);
    CurPlans.pinAnchors(rb, common);
  }

  @Override
  public int size() {
    return rb.shards.length;
  }

  @Override
  public List<byte @Nullable []> ask(List<byte @Nullable []> questions) {
    ShardHandler handler = rb.req.getCoreContainer().getShardHandlerFactory().getShardHandler();
    ShardRequest request = new ShardRequest();
    request.purpose = ShardRequest.PURPOSE_PRIVATE;
    request.responses = new ArrayList<>();
    List<ModifiableSolrParams> sent = new ArrayList<>();
    List<String> asked = new ArrayList<>();
    for (int shard = 0; shard < questions.size(); shard++) {
      byte[] question = questions.get(shard);
      if (question != null) {
        ModifiableSolrParams all = new ModifiableSolrParams(common);
        all.set(CurShardHandler.QUESTION, Packed.text(question));
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
    return answers(handler);
  }

  private List<byte @Nullable []> answers(ShardHandler handler) {
    List<byte @Nullable []> answers = new ArrayList<>(Collections.nCopies(size(), null));
    ShardResponse last =
        tolerant ? handler.takeCompletedIncludingErrors() : handler.takeCompletedOrError();
    for (ShardResponse response : last.getShardRequest().responses) {
      Throwable failure = response.getException();
      if (failure == null) {
        Object answer = response.getSolrResponse().getResponse().get(CurShardHandler.ANSWER);
        answers.set(rb.getShardNum(response.getShard()), (byte[]) answer);
      } else if (!tolerant) {
        handler.cancelAll();
        throw failure instanceof SolrException known
            ? known
            : new SolrException(ErrorCode.SERVER_ERROR, failure);
      }
    }
    return answers;
  }
}
