package io.curlew.opensearch;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.ActionRequestValidationException;
import org.opensearch.action.ActionType;
import org.opensearch.action.IndicesRequest;
import org.opensearch.action.support.IndicesOptions;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.tasks.CancellableTask;

/** A search over all shards of a request, on the node that was asked; it is not sent anywhere. */
final class CurSearchAction extends ActionType<CurFound> {

  static final String NAME = "indices:data/read/curlew/search";
  static final CurSearchAction INSTANCE = new CurSearchAction();

  private CurSearchAction() {
    super(NAME, CurFound::new);
  }

  /** What to search for, and in whose stead. */
  static final class Request extends ActionRequest implements IndicesRequest {

    private final CurSearch search;
    private final IndicesRequest of;

    /**
     * A search of a request.
     *
     * @param of says which indices, and more if it is a search request
     */
    Request(CurSearch search, IndicesRequest of) {
      this.search = search;
      this.of = of;
    }

    CurSearch search() {
      return search;
    }

    IndicesRequest of() {
      return of;
    }

    @Override
    public String[] indices() {
      return of.indices();
    }

    @Override
    public IndicesOptions indicesOptions() {
      return of.indicesOptions();
    }

    @Override
    public @Nullable ActionRequestValidationException validate() {
      return null;
    }

    @Override
    public CancellableTask createTask(
        long id, String type, String action, TaskId parent, Map<String, String> headers) {
      return new CancellableTask(id, type, action, search.name(), parent, headers) {
        @Override
        public boolean shouldCancelChildrenOnCancellation() {
          return true;
        }
      };
    }
  }
}
