package io.curlew.opensearch;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.opensearch.common.settings.Setting;
import org.opensearch.common.settings.Settings;
import org.opensearch.index.mapper.Mapper;
import org.opensearch.ingest.Processor;
import org.opensearch.plugins.IngestPlugin;
import org.opensearch.plugins.MapperPlugin;
import org.opensearch.plugins.Plugin;

/** What OpenSearch loads. */
public final class CurlewPlugin extends Plugin implements MapperPlugin, IngestPlugin {

  private final NodeModels models;
  private final AnchorFiles files;

  /** For OpenSearch. */
  public CurlewPlugin(Settings settings, Path configPath) {
    this.models = new NodeModels(settings);
    this.files = new AnchorFiles(configPath);
  }

  @Override
  public List<Setting<?>> getSettings() {
    return List.of(NodeModels.SETTING);
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
  public void close() throws IOException {
    models.close();
  }
}
