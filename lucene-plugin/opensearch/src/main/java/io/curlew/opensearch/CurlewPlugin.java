package io.curlew.opensearch;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.support.ActionFilter;
import org.opensearch.cluster.metadata.IndexNameExpressionResolver;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.settings.Setting;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.util.concurrent.OpenSearchExecutors;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.core.common.io.stream.NamedWriteableRegistry;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.env.Environment;
import org.opensearch.env.NodeEnvironment;
import org.opensearch.index.mapper.Mapper;
import org.opensearch.ingest.Processor;
import org.opensearch.plugins.ActionPlugin;
import org.opensearch.plugins.IngestPlugin;
import org.opensearch.plugins.MapperPlugin;
import org.opensearch.plugins.Plugin;
import org.opensearch.plugins.SearchPlugin;
import org.opensearch.repositories.RepositoriesService;
import org.opensearch.script.ScriptService;
import org.opensearch.threadpool.ExecutorBuilder;
import org.opensearch.threadpool.FixedExecutorBuilder;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.client.Client;
import org.opensearch.watcher.ResourceWatcherService;

/** What OpenSearch loads. */
public final class CurlewPlugin extends Plugin
    implements ActionPlugin, IngestPlugin, MapperPlugin, SearchPlugin {

  /** Threads of searches on the node that is asked: they wait for shards. */
  static final String SEARCH_THREADS = "curlew_search";

  /** Threads of shards, which scan and call models. */
  static final String SHARD_THREADS = "curlew_shard";

  private static final int SEARCHES = 64;
  private static final int QUEUE = 1000;

  private final NodeModels models;
  private final AnchorFiles files;
  private final RescoredHits rescored;
  private @Nullable ThreadPool threads; // once there are any
  private @Nullable MostBudget most;

  /** For OpenSearch. */
  public CurlewPlugin(Settings settings, Path configPath) {
    this.models = new NodeModels(settings);
    this.files = new AnchorFiles(configPath);
    this.rescored = new RescoredHits(models);
  }

  @Override
  public List<Setting<?>> getSettings() {
    return List.of(NodeModels.SETTING, MostBudget.SETTING);
  }

  @Override
  public List<ExecutorBuilder<?>> getExecutorBuilders(Settings settings) {
    int processors = OpenSearchExecutors.allocatedProcessors(settings);
    return List.of(
        fixed(settings, SEARCH_THREADS, SEARCHES),
        fixed(settings, SHARD_THREADS, ThreadPool.searchThreadPoolSize(processors)));
  }

  private static ExecutorBuilder<?> fixed(Settings settings, String name, int size) {
    return new FixedExecutorBuilder(settings, name, size, QUEUE, "thread_pool." + name);
  }

  @Override
  public Collection<Object> createComponents(
      Client client,
      ClusterService clusterService,
      ThreadPool threadPool,
      ResourceWatcherService resourceWatcherService,
      ScriptService scriptService,
      NamedXContentRegistry xContentRegistry,
      Environment environment,
      NodeEnvironment nodeEnvironment,
      NamedWriteableRegistry namedWriteableRegistry,
      IndexNameExpressionResolver indexNameExpressionResolver,
      Supplier<RepositoriesService> repositoriesServiceSupplier) {
    threads = threadPool;
    MostBudget budgets =
        new MostBudget(clusterService.getSettings(), clusterService.getClusterSettings());
    most = budgets;
    return List.of(models, files, budgets);
  }

  @Override
  public Map<String, Mapper.TypeParser> getMappers() {
    return Map.of(AnchorRowFieldMapper.TYPE, AnchorRowFieldMapper.parser(files, models));
  }

  @Override
  public Map<String, Processor.Factory> getProcessors(Processor.Parameters parameters) {
    return Map.of(
        AnchorRowProcessor.TYPE,
        new AnchorRowProcessor.Factory(parameters.ingestService, files, models));
  }

  @Override
  public List<QuerySpec<?>> getQueries() {
    return List.of(
        new QuerySpec<>(CurQueryBuilder.NAME, CurQueryBuilder::new, CurQueryBuilder::fromXContent),
        new QuerySpec<>(
            CurHitsQueryBuilder.NAME, CurHitsQueryBuilder::new, CurHitsQueryBuilder::fromXContent));
  }

  @Override
  public List<RescorerSpec<?>> getRescorers() {
    return List.of(
        new RescorerSpec<>(
            CurRescorerBuilder.NAME,
            in -> new CurRescorerBuilder(in, rescored),
            parser ->
                CurRescorerBuilder.fromXContent(parser, rescored, Objects.requireNonNull(most))));
  }

  @Override
  public List<SearchExtSpec<?>> getSearchExts() {
    return List.of(new SearchExtSpec<>(CurTrace.NAME, CurTrace::new, CurTrace::fromXContent));
  }

  @Override
  public List<ActionHandler<? extends ActionRequest, ? extends ActionResponse>> getActions() {
    return List.of(
        new ActionHandler<>(CurSearchAction.INSTANCE, TransportCurSearch.class),
        new ActionHandler<>(CurShardAction.INSTANCE, TransportCurShard.class));
  }

  @Override
  public List<ActionFilter> getActionFilters() {
    return List.of(new CurTraceFilter(Objects.requireNonNull(threads).getThreadContext()));
  }

  @Override
  public void close() throws IOException {
    models.close();
  }
}
