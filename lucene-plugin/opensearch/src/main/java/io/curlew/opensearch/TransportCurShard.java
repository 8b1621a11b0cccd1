package io.curlew.opensearch;

import io.curlew.cur.anchor.IncompatibleIndexException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.HandledTransportAction;
import org.opensearch.common.inject.Inject;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.index.shard.ShardId;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.index.IndexService;
import org.opensearch.index.engine.Engine;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.shard.IndexShard;
import org.opensearch.indices.IndicesService;
import org.opensearch.tasks.Task;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.TransportService;

/**
 * A shard's side of a search: answers its questions on threads of its own. What a search sees of a
 * shard is kept open between them, until the search says that it has ended, or has not asked for
 * half a minute.
 */
public final class TransportCurShard
    extends HandledTransportAction<CurShardAction.Request, CurShardAction.Response> {

  private static final TimeValue IDLE = TimeValue.timeValueSeconds(30);

  private final IndicesService indices;
  private final ThreadPool threads;
  private final NodeModels models;
  private final IndexContents contents = new IndexContents();
  private final Map<Key, Kept> open = new ConcurrentHashMap<>();

  private record Key(ShardId shard, String searchId) {}

  private static final class Kept {
    final OpenShard shard;
    volatile long lastUsed;

    Kept(OpenShard shard) {
      this.shard = shard;
    }
  }

  /** For OpenSearch. */
  @Inject
  public TransportCurShard(
      TransportService transport,
      ActionFilters filters,
      IndicesService indices,
      ThreadPool threads,
      NodeModels models) {
    super(
        CurShardAction.NAME,
        transport,
        filters,
        CurShardAction.Request::new,
        CurlewPlugin.SHARD_THREADS);
    this.indices = indices;
    this.threads = threads;
    this.models = models;
    threads.scheduleWithFixedDelay(this::closeIdle, IDLE, ThreadPool.Names.GENERIC);
  }

  @Override
  protected void doExecute(
      Task task, CurShardAction.Request request, ActionListener<CurShardAction.Response> listener) {
    Key key = new Key(request.shard(), request.searchId());
    ActionListener.completeWith(
        listener,
        () -> {
          if (request.question().length == 0) {
            close(key);
            return new CurShardAction.Response(new byte[0]);
          }
          OpenShard shard = acquire(key, request);
          try {
            return new CurShardAction.Response(shard.answer(request.question(), models, contents));
          } catch (IncompatibleIndexException e) {
            throw new OpenSearchStatusException(
                e.getMessage() + "; documents must be indexed again after a change of anchors",
                RestStatus.CONFLICT,
                e);
          } catch (IllegalStateException e) {
            throw new OpenSearchStatusException(
                "model of field "
                    + request.search().field()
                    + " must score, it failed: "
                    + e.getMessage(),
                RestStatus.INTERNAL_SERVER_ERROR,
                e);
          } finally {
            shard.decRef();
          }
        });
  }

  /** A shard, to be released by the caller. */
  private OpenShard acquire(Key key, CurShardAction.Request request) throws IOException {
    Kept kept = open.get(key);
    if (kept == null || !kept.shard.tryIncRef()) {
      OpenShard shard = open(request);
      shard.incRef();
      kept = new Kept(shard);
      Kept other = open.put(key, kept);
      if (other != null) {
        other.shard.decRef();
      }
    }
    kept.lastUsed = threads.relativeTimeInMillis();
    return kept.shard;
  }

  private OpenShard open(CurShardAction.Request request) throws IOException {
    IndexService index = indices.indexServiceSafe(request.shard().getIndex());
    IndexShard shard = index.getShard(request.shard().id());
    Engine.Searcher searcher = shard.acquireSearcher(CurQueryBuilder.NAME);
    try {
      List<QueryBuilder> filters = new ArrayList<>();
      @Nullable QueryBuilder ofAlias = request.alias().getQueryBuilder();
      if (ofAlias != null) {
        filters.add(ofAlias);
      }
      if (request.search().filter() != null) {
        filters.add(request.search().filter());
      }
      return new OpenShard(
          searcher,
          index.newQueryShardContext(
              request.shard().id(), searcher, threads::absoluteTimeInMillis, null),
          request.search(),
          new DocumentNames(request.shard().getIndexName(), request.qualified()),
          filters);
    } catch (IncompatibleIndexException e) {
      searcher.close();
      throw new OpenSearchStatusException(
          e.getMessage() + "; documents must be indexed again after a change of anchors",
          RestStatus.CONFLICT,
          e);
    } catch (IOException | RuntimeException e) {
      searcher.close();
      throw e;
    }
  }

  private void close(Key key) {
    Kept kept = open.remove(key);
    if (kept != null) {
      kept.shard.decRef();
    }
  }

  private void closeIdle() {
    long before = threads.relativeTimeInMillis() - IDLE.millis();
    open.forEach(
        (key, kept) -> {
          if (kept.lastUsed < before && open.remove(key, kept)) {
            kept.shard.decRef();
          }
        });
  }
}
