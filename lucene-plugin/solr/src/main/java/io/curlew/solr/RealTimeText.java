package io.curlew.solr;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.index.IndexableField;
import org.apache.solr.common.SolrDocument;
import org.apache.solr.common.SolrException;
import org.apache.solr.common.SolrException.ErrorCode;
import org.apache.solr.common.SolrInputDocument;
import org.apache.solr.common.SolrInputField;
import org.apache.solr.common.params.CommonParams;
import org.apache.solr.common.params.ModifiableSolrParams;
import org.apache.solr.request.LocalSolrQueryRequest;
import org.apache.solr.request.SolrQueryRequest;
import org.apache.solr.request.SolrRequestHandler;
import org.apache.solr.request.SolrRequestInfo;
import org.apache.solr.response.SolrQueryResponse;
import org.apache.solr.update.processor.AtomicUpdateDocumentMerger;
import org.jspecify.annotations.Nullable;

/**
 * The text that a document will have after an atomic update: the update itself where it sets all of
 * it, else what real-time get says, from whichever node has the document, with the update merged
 * in.
 */
final class RealTimeText {

  private static final String VERSION = CommonParams.VERSION_FIELD;

  private final SolrQueryRequest request;
  private final List<String> textFields;

  RealTimeText(SolrQueryRequest request, List<String> textFields) {
    this.request = request;
    this.textFields = textFields;
  }

  /**
   * The text fields of a document after an update. If they had to be looked up, the update is bound
   * to the version that they are of.
   */
  SolrInputDocument merged(SolrInputDocument update) {
    String key = request.getSchema().getUniqueKeyField().getName();
    String id = String.valueOf(update.getFieldValue(key));
    SolrInputDocument operations = new SolrInputDocument(key, id);
    for (String name : textFields) {
      SolrInputField operation = update.getField(name);
      if (operation != null) {
        operations.put(name, operation.deepCopy());
      }
    }
    SolrInputDocument current = new SolrInputDocument(key, id);
    if (!setsAll(operations)) {
      SolrDocument found = find(id);
      for (String name : textFields) {
        Collection<Object> values = found == null ? null : found.getFieldValues(name);
        if (values != null) {
          List<Object> texts = new ArrayList<>();
          values.forEach(value -> texts.add(external(name, value)));
          current.setField(name, texts);
        }
      }
      bind(update, found);
    }
    return new AtomicUpdateDocumentMerger(request).merge(operations, current);
  }

  /** A document on this core is given with Lucene's fields, one of another node with values. */
  private Object external(String name, Object value) {
    return value instanceof IndexableField field
        ? request.getSchema().getField(name).getType().toExternal(field)
        : value;
  }

  private boolean setsAll(SolrInputDocument operations) {
    for (String name : textFields) {
      if (!(operations.getFieldValue(name) instanceof Map<?, ?> map)
          || !map.keySet().equals(Set.of("set"))) {
        return false;
      }
    }
    return true;
  }

  /** Optimistic concurrency, as an update with a version has it. */
  private void bind(SolrInputDocument update, @Nullable SolrDocument found) {
    Object given = update.getFieldValue(VERSION);
    if (given != null && Long.parseLong(given.toString()) > 1) {
      return; // the client has bound it already
    }
    Object version = found == null ? Long.valueOf(-1) : found.getFieldValue(VERSION);
    if (version != null) {
      update.setField(VERSION, Long.valueOf(external(VERSION, version).toString()));
    }
  }

  private @Nullable SolrDocument find(String id) {
    Set<String> fields = new LinkedHashSet<>(textFields);
    fields.add(VERSION);
    ModifiableSolrParams params = new ModifiableSolrParams();
    params.set("id", id);
    params.set(CommonParams.FL, String.join(",", fields));
    SolrRequestHandler handler = request.getCore().getRequestHandler("/get");
    SolrQueryResponse response = new SolrQueryResponse();
    try (SolrQueryRequest get = new LocalSolrQueryRequest(request.getCore(), params)) {
      get.getContext().put(CommonParams.PATH, "/get");
      SolrRequestInfo.setRequestInfo(new SolrRequestInfo(get, response));
      try {
        request.getCore().execute(handler, get, response);
      } finally {
        SolrRequestInfo.clearRequestInfo();
      }
    }
    if (response.getException() != null) {
      throw new SolrException(
          ErrorCode.SERVER_ERROR,
          "text of document \""
              + id
              + "\" cannot be looked up: "
              + response.getException().getMessage(),
          response.getException());
    }
    return response.getValues().get("doc") instanceof SolrDocument document ? document : null;
  }
}
