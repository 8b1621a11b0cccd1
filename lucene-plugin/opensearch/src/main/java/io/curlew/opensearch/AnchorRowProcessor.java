package io.curlew.opensearch;

import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.model.InteractionModel;
import io.curlew.cur.model.ModelScores;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.metadata.IndexAbstraction;
import org.opensearch.ingest.AbstractBatchingProcessor;
import org.opensearch.ingest.ConfigurationUtils;
import org.opensearch.ingest.IngestDocument;
import org.opensearch.ingest.IngestDocumentWrapper;
import org.opensearch.ingest.IngestService;
import org.opensearch.ingest.Processor;

/**
 * The ingest processor {@value #TYPE}: gives documents their anchor rows, many with one call of the
 * model. What the model reads, and which anchors, the mapping of the index says.
 *
 * <p>A row that is there and is of the same anchors and text is kept: a document that is read and
 * indexed again costs no call. A document without text goes on without a row, which no search then
 * finds. Where the model refuses a batch its documents are tried one by one, and those that are
 * refused fail.
 */
final class AnchorRowProcessor extends AbstractBatchingProcessor {

  static final String TYPE = "anchor_row";

  private final String field;
  private final IngestService ingest;
  private final AnchorFiles files;
  private final NodeModels models;

  private AnchorRowProcessor(
      String tag,
      String description,
      int batchSize,
      String field,
      IngestService ingest,
      AnchorFiles files,
      NodeModels models) {
    super(tag, description, batchSize);
    this.field = field;
    this.ingest = ingest;
    this.files = files;
    this.models = models;
  }

  /** Makes processors: {@code {"anchor_row": {"field": "anchors", "batch_size": 64}}}. */
  static final class Factory extends AbstractBatchingProcessor.Factory {

    private static final int BATCH = 64;

    private final IngestService ingest;
    private final AnchorFiles files;
    private final NodeModels models;

    Factory(IngestService ingest, AnchorFiles files, NodeModels models) {
      super(TYPE);
      this.ingest = ingest;
      this.files = files;
      this.models = models;
    }

    @Override
    public AbstractBatchingProcessor create(
        Map<String, Processor.Factory> factories,
        String tag,
        String description,
        Map<String, Object> config)
        throws Exception {
      config.putIfAbsent(BATCH_SIZE_FIELD, BATCH);
      return super.create(factories, tag, description, config);
    }

    @Override
    protected AbstractBatchingProcessor newProcessor(
        String tag, String description, int batchSize, Map<String, Object> config) {
      String field = ConfigurationUtils.readStringProperty(TYPE, tag, config, "field", "anchors");
      return new AnchorRowProcessor(tag, description, batchSize, field, ingest, files, models);
    }
  }

  /** A document that gets a row. */
  private record Waiting(IngestDocumentWrapper document, String text) {}

  @Override
  protected void subBatchExecute(
      List<IngestDocumentWrapper> documents, Consumer<List<IngestDocumentWrapper>> handler) {
    Map<String, List<IngestDocumentWrapper>> byIndex = new LinkedHashMap<>();
    for (IngestDocumentWrapper document : documents) {
      String index =
          document
              .getIngestDocument()
              .getFieldValue(IngestDocument.Metadata.INDEX.getFieldName(), String.class);
      byIndex.computeIfAbsent(index, name -> new ArrayList<>()).add(document);
    }
    byIndex.forEach(this::ofIndex);
    handler.accept(documents);
  }

  private void ofIndex(String index, List<IngestDocumentWrapper> documents) {
    try {
      AnchorRowField rows = mapped(index);
      AnchorSet anchors = files.get(rows.anchors());
      InteractionModel model = model(rows.model(), anchors);
      List<Waiting> waiting = new ArrayList<>();
      for (IngestDocumentWrapper document : documents) {
        IngestDocument content = document.getIngestDocument();
        String text = rows.text().of(content.getSourceAndMetadata());
        boolean there = content.hasField(field);
        if (text.isBlank()) {
          if (there) {
            content.removeField(field); // that of a text that is gone
          }
        } else if (!there
            || !RowValue.isOf(content.getFieldValue(field, Object.class), anchors, text)) {
          waiting.add(new Waiting(document, text));
        }
      }
      score(waiting, anchors, model);
    } catch (RuntimeException e) {
      documents.forEach(document -> document.update(document.getIngestDocument(), e));
    }
  }

  private AnchorRowField mapped(String name) {
    ClusterState state = ingest.getClusterService().state();
    IndexAbstraction found = state.metadata().getIndicesLookup().get(name);
    if (found == null || found.getWriteIndex() == null) {
      throw new IllegalArgumentException(
          "index must be there, with a field \""
              + field
              + "\" of type "
              + AnchorRowFieldMapper.TYPE
              + ", got: "
              + name);
    }
    return AnchorRowField.of(found.getWriteIndex(), field);
  }

  private InteractionModel model(String name, AnchorSet anchors) {
    InteractionModel model = models.get(name);
    if (!model.fingerprint().equals(anchors.modelFingerprint())) {
      throw new IllegalArgumentException(
          "model "
              + name
              + " must be the one of the anchor set, "
              + anchors.modelFingerprint()
              + ", got: "
              + model.fingerprint());
    }
    return model;
  }

  private void score(List<Waiting> waiting, AnchorSet anchors, InteractionModel model) {
    if (waiting.isEmpty()) {
      return;
    }
    float[][] rows;
    try {
      rows =
          ModelScores.anchorRows(
              model, anchors.queries(), waiting.stream().map(Waiting::text).toList());
    } catch (RuntimeException e) {
      if (waiting.size() > 1) {
        waiting.forEach(one -> score(List.of(one), anchors, model));
      } else {
        IngestDocumentWrapper refused = waiting.getFirst().document;
        refused.update(
            refused.getIngestDocument(),
            new IllegalArgumentException(
                "model " + model.fingerprint() + " must score the document: " + e.getMessage(), e));
      }
      return;
    }
    for (int i = 0; i < rows.length; i++) {
      Waiting one = waiting.get(i);
      one.document
          .getIngestDocument()
          .setFieldValue(field, RowValue.of(anchors, one.text, rows[i]));
    }
  }

  @Override
  public IngestDocument execute(IngestDocument document) throws Exception {
    IngestDocumentWrapper one = new IngestDocumentWrapper(0, 0, document, null);
    subBatchExecute(List.of(one), done -> {});
    if (one.getException() != null) {
      throw one.getException();
    }
    return document;
  }

  @Override
  public String getType() {
    return TYPE;
  }
}
