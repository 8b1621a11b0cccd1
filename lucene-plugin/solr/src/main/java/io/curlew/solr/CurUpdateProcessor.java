package io.curlew.solr;

import io.curlew.cur.model.InteractionModel;
import io.curlew.cur.model.ModelScores;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.solr.common.SolrException;
import org.apache.solr.common.SolrException.ErrorCode;
import org.apache.solr.common.SolrInputDocument;
import org.apache.solr.common.SolrInputField;
import org.apache.solr.request.SolrQueryRequest;
import org.apache.solr.update.AddUpdateCommand;
import org.apache.solr.update.CommitUpdateCommand;
import org.apache.solr.update.DeleteUpdateCommand;
import org.apache.solr.update.MergeIndexesCommand;
import org.apache.solr.update.RollbackUpdateCommand;
import org.apache.solr.update.processor.AtomicUpdateDocumentMerger;
import org.apache.solr.update.processor.UpdateRequestProcessor;
import org.jspecify.annotations.Nullable;

/**
 * Holds added documents back until a batch is full, or another command or the end of the request
 * comes; then scores them in one call and passes them on, in their order.
 */
final class CurUpdateProcessor extends UpdateRequestProcessor {

  private final SolrQueryRequest request;
  private final String field;
  private final CurVectorField type;
  private final int batch;
  private final boolean pass;
  private final List<Held> held = new ArrayList<>();
  private int texts;

  CurUpdateProcessor(
      SolrQueryRequest request,
      String field,
      CurVectorField type,
      int batch,
      boolean pass,
      UpdateRequestProcessor next) {
    super(next);
    this.request = request;
    this.field = field;
    this.type = type;
    this.batch = batch;
    this.pass = pass;
  }

  /**
   * A command that waits.
   *
   * @param text blank if no row is to be computed
   * @param atomic whether the row is set in a document that is there
   */
  private record Held(AddUpdateCommand command, String text, boolean atomic) {}

  @Override
  public void processAdd(AddUpdateCommand added) throws IOException {
    AddUpdateCommand command = (AddUpdateCommand) added.clone(); // loaders use theirs again
    boolean atomic = AtomicUpdateDocumentMerger.isAtomicUpdate(command);
    checkGiven(command.solrDoc.getField(field));
    String text = "";
    if (!atomic || touchesRow(command.solrDoc)) {
      SolrInputDocument whole = command.solrDoc;
      if (atomic) {
        flush(); // it may be of a document that waits here
        whole = new RealTimeText(request, type.textFields()).merged(command.solrDoc);
      }
      text = StoredText.of(whole, type.textFields());
      if (text.isBlank()) {
        withoutText(command, atomic);
      }
    }
    held.add(new Held(command, text, atomic));
    if (!text.isBlank()) {
      texts++;
    }
    if (texts >= batch || held.size() >= 16 * batch) {
      flush();
    }
  }

  /**
   * A row is always that of the document's text, so one that is given is not used: but that it is
   * none is an error of who gives it.
   */
  private void checkGiven(@Nullable SolrInputField given) {
    Object value = given == null ? null : given.getValue();
    if (value instanceof Map<?, ?> operations) {
      if (!operations.keySet().equals(Set.of("set"))) {
        throw new SolrException(
            ErrorCode.BAD_REQUEST,
            "field \"" + field + "\" must be set as a whole, got: " + operations.keySet());
      }
      value = operations.get("set");
    }
    if (value != null) {
      type.row(field, value);
    }
  }

  private boolean touchesRow(SolrInputDocument document) {
    return document.containsKey(field)
        || type.textFields().stream().anyMatch(document::containsKey);
  }

  private void withoutText(AddUpdateCommand command, boolean atomic) {
    if (!pass) {
      throw new SolrException(
          ErrorCode.BAD_REQUEST,
          "document must have text in "
              + type.textFields()
              + ", it has none: "
              + command.getPrintableId());
    }
    if (atomic) {
      command.solrDoc.setField(field, singleton("set", null)); // the old row is not of this text
    } else {
      command.solrDoc.removeField(field);
    }
  }

  private static Map<String, Object> singleton(String operation, @Nullable Object value) {
    Map<String, Object> map = new HashMap<>();
    map.put(operation, value);
    return map;
  }

  /** Scores what waits and passes it on. If the model fails, nothing of it goes on. */
  private void flush() throws IOException {
    if (held.isEmpty()) {
      return;
    }
    List<Held> going = List.copyOf(held);
    held.clear();
    texts = 0;
    List<Held> scored = going.stream().filter(one -> !one.text.isBlank()).toList();
    float[][] rows = scored.isEmpty() ? new float[0][] : rows(scored);
    for (int i = 0; i < rows.length; i++) {
      List<Float> row = new ArrayList<>(rows[i].length);
      for (float value : rows[i]) {
        row.add(value);
      }
      Held one = scored.get(i);
      one.command.solrDoc.setField(field, one.atomic ? singleton("set", row) : row);
    }
    for (Held one : going) {
      super.processAdd(one.command);
    }
  }

  private float[][] rows(List<Held> scored) {
    InteractionModel model = CurComponent.of(request.getCore()).model();
    if (!model.fingerprint().equals(type.anchors().modelFingerprint())) {
      throw new SolrException(
          ErrorCode.CONFLICT,
          "model must be the one of the anchor set, "
              + type.anchors().modelFingerprint()
              + ", got: "
              + model.fingerprint());
    }
    try {
      return ModelScores.anchorRows(
          model, type.anchors().queries(), scored.stream().map(Held::text).toList());
    } catch (RuntimeException e) {
      List<String> ids = scored.stream().map(one -> one.command.getPrintableId()).toList();
      throw new SolrException(
          ErrorCode.SERVER_ERROR,
          "model "
              + model.fingerprint()
              + " failed, none of these documents is added: "
              + ids
              + ": "
              + e.getMessage(),
          e);
    }
  }

  @Override
  public void processDelete(DeleteUpdateCommand command) throws IOException {
    flush();
    super.processDelete(command);
  }

  @Override
  public void processCommit(CommitUpdateCommand command) throws IOException {
    flush();
    super.processCommit(command);
  }

  @Override
  public void processMergeIndexes(MergeIndexesCommand command) throws IOException {
    flush();
    super.processMergeIndexes(command);
  }

  @Override
  public void processRollback(RollbackUpdateCommand command) throws IOException {
    held.clear(); // as if it had been added and rolled back
    texts = 0;
    super.processRollback(command);
  }

  @Override
  public void finish() throws IOException {
    try {
      flush();
    } finally {
      super.finish();
    }
  }
}
