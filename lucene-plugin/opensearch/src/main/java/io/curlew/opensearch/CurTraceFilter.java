package io.curlew.opensearch;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.search.SearchAction;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.action.search.SearchResponseSections;
import org.opensearch.action.support.ActionFilter;
import org.opensearch.action.support.ActionFilterChain;
import org.opensearch.action.support.ActionRequestMetadata;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.search.SearchExtBuilder;
import org.opensearch.search.aggregations.InternalAggregations;
import org.opensearch.search.internal.InternalSearchResponse;
import org.opensearch.search.profile.ProfileShardResult;
import org.opensearch.search.profile.SearchProfileShardResults;
import org.opensearch.tasks.Task;

/** Puts the trace of a request's searches into its response; see {@link CurTraces}. */
final class CurTraceFilter implements ActionFilter {

  private final ThreadContext context;

  CurTraceFilter(ThreadContext context) {
    this.context = context;
  }

  @Override
  public int order() {
    return Integer.MAX_VALUE; // next to the action
  }

  @Override
  public <Q extends ActionRequest, R extends ActionResponse> void apply(
      Task task,
      String action,
      Q request,
      ActionRequestMetadata<Q, R> metadata,
      ActionListener<R> listener,
      ActionFilterChain<Q, R> chain) {
    if (!action.equals(SearchAction.NAME)) {
      chain.proceed(task, action, request, listener);
      return;
    }
    CurTraces traces = new CurTraces();
    try (ThreadContext.StoredContext ignored =
        context.newStoredContext(true, List.of(CurTraces.TRANSIENT))) {
      context.putTransient(CurTraces.TRANSIENT, traces);
      chain.proceed(
          task,
          action,
          request,
          ActionListener.wrap(
              response -> listener.onResponse(traced(response, traces)), listener::onFailure));
    }
  }

  @SuppressWarnings("unchecked") // the response of a search
  private static <R extends ActionResponse> R traced(R response, CurTraces traces) {
    return traces.isEmpty() || !(response instanceof SearchResponse found)
        ? response
        : (R) traced(found, traces);
  }

  private static SearchResponse traced(SearchResponse response, CurTraces traces) {
    SearchResponseSections sections = response.getInternalResponse();
    List<SearchExtBuilder> ext = new ArrayList<>(sections.getSearchExtBuilders());
    ext.add(traces.shown(response.getHits().getHits()));
    Map<String, ProfileShardResult> profile = response.getProfileResults();
    InternalSearchResponse with =
        new InternalSearchResponse(
            response.getHits(),
            (InternalAggregations) response.getAggregations(),
            response.getSuggest(),
            profile == null || profile.isEmpty() ? null : new SearchProfileShardResults(profile),
            response.isTimedOut() || !traces.complete(),
            response.isTerminatedEarly(),
            response.getNumReducePhases(),
            ext,
            sections.getProcessorResult());
    return new SearchResponse(
        with,
        response.getScrollId(),
        response.getTotalShards(),
        response.getSuccessfulShards(),
        response.getSkippedShards(),
        response.getTook().millis(),
        response.getPhaseTook(),
        response.getShardFailures(),
        response.getClusters(),
        response.pointInTimeId());
  }
}
