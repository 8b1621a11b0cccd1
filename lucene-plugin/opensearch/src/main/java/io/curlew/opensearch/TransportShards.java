package io.curlew.opensearch;

import io.curlew.cur.shards.Shards;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.opensearch.ExceptionsHelper;
import org.opensearch.OpenSearchException;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.action.support.TransportActions;
import org.opensearch.cluster.node.DiscoveryNode;
import org.opensearch.cluster.node.DiscoveryNodes;
import org.opensearch.cluster.routing.ShardRouting;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.concurrency.OpenSearchRejectedExecutionException;
import org.opensearch.core.index.shard.ShardId;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.tasks.TaskCancelledException;
import org.opensearch.core.transport.TransportResponse;
import org.opensearch.node.NodeClosedException;
import org.opensearch.search.internal.AliasFilter;
import org.opensearch.tasks.CancellableTask;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.ConnectTransportException;
import org.opensearch.transport.TransportException;
import org.opensearch.transport.TransportRequestOptions;
import org.opensearch.transport.TransportResponseHandler;
import org.opensearch.transport.TransportService;

/**
 * Asks the shards of a search through the transport layer, and another copy where one does not
 * answer. A shard all of whose copies do not answer is lost if the request allows partial results;
 * else that is an error.
 */
final class TransportShards implements Shards {

  private final TransportService transport;
  private final DiscoveryNodes nodes;
  private final CancellableTask task;
  private final CurSearch search;
  private final boolean qualified;
  private final boolean partial;
  private final List<Copies> shards;
  private final AtomicIntegerArray current; // the copy that has answered, by shard
  private final String searchId = UUID.randomUUID().toString();
  private final Supplier<ThreadContext.StoredContext> context;

  /**
   * A shard.
   *
   * @param alias what an alias of its index lets through
   * @param copies in the order in which they are to be asked
   */
  record Copies(ShardId shard, AliasFilter alias, List<ShardRouting> copies) {}

  /**
   * The shards of a search.
   *
   * @param qualified whether ids name their index
   * @param partial whether a shard may be lost
   */
  TransportShards(
      TransportService transport,
      DiscoveryNodes nodes,
      CancellableTask task,
      CurSearch search,
      boolean qualified,
      boolean partial,
      List<Copies> shards) {
    this.transport = transport;
    this.nodes = nodes;
    this.task = task;
    this.search = search;
    this.qualified = qualified;
    this.partial = partial;
    this.shards = List.copyOf(shards);
    this.current = new AtomicIntegerArray(shards.size());
    // The search has threads of its own, which know nothing of the user.
    this.context = transport.getThreadPool().getThreadContext().newRestorableContext(false);
  }

  @Override
  public int size() {
    return shards.size();
  }

  @Override
  public List<byte @Nullable []> ask(List<byte @Nullable []> questions) throws IOException {
    if (task.isCancelled()) {
      throw new TaskCancelledException("search was cancelled: " + task.getReasonCancelled());
    }
    List<@Nullable CompletableFuture<byte @Nullable []>> answers = new ArrayList<>();
    try (ThreadContext.StoredContext ignored = context.get()) {
      for (int s = 0; s < questions.size(); s++) {
        byte[] question = questions.get(s);
        CompletableFuture<byte @Nullable []> answer = null;
        if (question != null) {
          answer = new CompletableFuture<>();
          ask(s, question, 0, answer);
        }
        answers.add(answer);
      }
    }
    List<byte @Nullable []> came = new ArrayList<>();
    for (CompletableFuture<byte @Nullable []> answer : answers) {
      came.add(answer == null ? null : await(answer));
    }
    return came;
  }

  private static byte @Nullable [] await(CompletableFuture<byte @Nullable []> answer)
      throws IOException {
    try {
      return answer.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("search was interrupted");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException known
          ? known
          : new OpenSearchException(e.getCause());
    }
  }

  /** Asks a copy of a shard, and the next one if that fails. */
  private void ask(
      int shard, byte[] question, int attempt, CompletableFuture<byte @Nullable []> answer) {
    List<ShardRouting> copies = shards.get(shard).copies;
    if (attempt >= copies.size()) {
      lost(shard, null, answer);
      return;
    }
    int copy = (current.get(shard) + (attempt == 0 ? 0 : 1)) % copies.size();
    current.set(shard, copy);
    send(
        shard,
        copies.get(copy),
        question,
        new TransportResponseHandler<CurShardAction.Response>() {
          @Override
          public CurShardAction.Response read(StreamInput in) throws IOException {
            return new CurShardAction.Response(in);
          }

          @Override
          public void handleResponse(CurShardAction.Response response) {
            answer.complete(response.answer());
          }

          @Override
          public void handleException(TransportException e) {
            if (!isOfTheCopy(e)) {
              answer.completeExceptionally(cause(e));
            } else if (attempt + 1 < copies.size()) {
              ask(shard, question, attempt + 1, answer);
            } else {
              lost(shard, e, answer);
            }
          }

          @Override
          public String executor() {
            return ThreadPool.Names.SAME;
          }
        });
  }

  private <T extends TransportResponse> void send(
      int shard, ShardRouting copy, byte[] question, TransportResponseHandler<T> handler) {
    Copies of = shards.get(shard);
    DiscoveryNode node = nodes.get(copy.currentNodeId());
    if (node == null) {
      handler.handleException(
          new TransportException("node must be in the cluster, got: " + copy.currentNodeId()));
      return;
    }
    transport.sendChildRequest(
        node,
        CurShardAction.NAME,
        new CurShardAction.Request(of.shard, searchId, search, qualified, of.alias, question),
        task,
        TransportRequestOptions.EMPTY,
        handler);
  }

  private void lost(int shard, @Nullable Exception e, CompletableFuture<byte @Nullable []> answer) {
    if (partial) {
      answer.complete(null);
    } else {
      answer.completeExceptionally(
          new OpenSearchStatusException(
              "a copy of every shard must answer, none did of " + shards.get(shard).shard,
              RestStatus.SERVICE_UNAVAILABLE,
              e));
    }
  }

  /** Whether another copy may answer. */
  private static boolean isOfTheCopy(TransportException e) {
    Throwable cause = ExceptionsHelper.unwrapCause(e);
    return cause instanceof ConnectTransportException
        || cause instanceof NodeClosedException
        || cause instanceof OpenSearchRejectedExecutionException
        || cause.getClass() == TransportException.class
        || TransportActions.isShardNotAvailableException(cause);
  }

  private static Throwable cause(TransportException e) {
    return ExceptionsHelper.unwrapCause(e);
  }

  /** Tells the shards that the search has ended; nobody waits for it. */
  void end() {
    try (ThreadContext.StoredContext ignored = context.get()) {
      for (int s = 0; s < shards.size(); s++) {
        List<ShardRouting> copies = shards.get(s).copies;
        if (!copies.isEmpty()) {
          send(s, copies.get(current.get(s)), new byte[0], new Unheard());
        }
      }
    }
  }

  private static final class Unheard implements TransportResponseHandler<CurShardAction.Response> {
    @Override
    public CurShardAction.Response read(StreamInput in) throws IOException {
      return new CurShardAction.Response(in);
    }

    @Override
    public void handleResponse(CurShardAction.Response response) {}

    @Override
    public void handleException(TransportException e) {}

    @Override
    public String executor() {
      return ThreadPool.Names.SAME;
    }
  }
}
