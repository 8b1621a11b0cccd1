package io.curlew.solr;

import org.apache.solr.common.SolrException;
import org.apache.solr.common.SolrException.ErrorCode;
import org.apache.solr.common.util.NamedList;
import org.apache.solr.request.SolrQueryRequest;
import org.apache.solr.response.SolrQueryResponse;
import org.apache.solr.schema.IndexSchema;
import org.apache.solr.schema.SchemaField;
import org.apache.solr.update.processor.UpdateRequestProcessor;
import org.apache.solr.update.processor.UpdateRequestProcessorFactory;
import org.jspecify.annotations.Nullable;

/**
 * Computes the anchor rows of added documents. In the update chain before the distributed
 * processor, so that it runs once for every document, on the node that received it; replicas get
 * the row.
 *
 * <pre>{@code
 * <processor class="io.curlew.solr.CurUpdateProcessorFactory">
 *   <str name="field">anchors</str>
 *   <int name="batch">64</int>
 *   <str name="missingText">refuse</str>
 * </processor>
 * }</pre>
 *
 * <ul>
 *   <li>{@code field}: a {@link CurVectorField}; its type says which fields are the text.
 *   <li>{@code batch}: documents that the model is given together, 1 to 1,000,000; 64 unless given.
 *       A document of a request waits for its batch, so an error may name documents sent before.
 *   <li>{@code missingText}: what happens to a document without text: {@code refuse} (status 400)
 *       unless given, or {@code pass}: it is added without a row, and the model never finds it.
 * </ul>
 *
 * <p>An atomic update that touches the text computes the row again, of the text as it will be,
 * which is looked up by real-time get where the update does not hold all of it; such an update is
 * bound to the version that was looked up, and refused with status 409 if the document has changed
 * since. Other atomic updates leave the row as it is. If the model fails, none of the batch is
 * added.
 */
public final class CurUpdateProcessorFactory extends UpdateRequestProcessorFactory {

  private static final int DEFAULT_BATCH = 64;
  private static final int MOST_BATCH = 1_000_000; // of documents in memory

  private @Nullable String field;
  private int batch;
  private boolean pass;

  /** For Solr. */
  public CurUpdateProcessorFactory() {}

  @Override
  public void init(NamedList<?> args) {
    this.field = args.get("field") instanceof String name ? name : null;
    if (field == null) {
      throw invalid("field must name an anchor field, got: none");
    }
    Object given = args.get("batch");
    if (given != null && !(given instanceof Integer size && size >= 1 && size <= MOST_BATCH)) {
      throw invalid("batch must be an <int> between 1 and " + MOST_BATCH + ", got: " + given);
    }
    this.batch = given instanceof Integer size ? size : DEFAULT_BATCH;
    Object missing = args.get("missingText");
    if (missing != null && !missing.equals("refuse") && !missing.equals("pass")) {
      throw invalid("missingText must be \"refuse\" or \"pass\", got: " + missing);
    }
    this.pass = "pass".equals(missing);
  }

  private static SolrException invalid(String rule) {
    return new SolrException(
        ErrorCode.SERVER_ERROR, CurUpdateProcessorFactory.class.getSimpleName() + ": " + rule);
  }

  @Override
  public UpdateRequestProcessor getInstance(
      SolrQueryRequest req, SolrQueryResponse rsp, UpdateRequestProcessor next) {
    String name = String.valueOf(field);
    IndexSchema schema = req.getSchema();
    CurVectorField type = CurSearch.type(schema, name);
    for (String text : type.textFields()) {
      SchemaField source = schema.getFieldOrNull(text);
      if (source == null || !source.stored() || schema.isCopyFieldTarget(source)) {
        throw invalid("text field must be stored and no target of a copyField, got: " + text);
      }
    }
    return new CurUpdateProcessor(req, name, type, batch, pass, next);
  }
}
