package io.curlew.opensearch;

import io.curlew.cur.anchor.AnchorSet;
import io.curlew.lucene.rows.RowFields;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Field;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.search.Query;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.index.mapper.FieldMapper;
import org.opensearch.index.mapper.MappedFieldType;
import org.opensearch.index.mapper.Mapper;
import org.opensearch.index.mapper.ParametrizedFieldMapper;
import org.opensearch.index.mapper.ParseContext;
import org.opensearch.index.mapper.SourceToParse;
import org.opensearch.index.mapper.SourceValueFetcher;
import org.opensearch.index.mapper.TextSearchInfo;
import org.opensearch.index.mapper.ValueFetcher;
import org.opensearch.index.query.QueryShardContext;
import org.opensearch.search.lookup.SearchLookup;

/**
 * A field of anchor rows. In a mapping:
 *
 * <pre>{@code
 * "anchors": {"type": "anchor_row", "anchors": "anchors.curlew", "model": "minilm",
 *             "text": ["title", "body"]}
 * }</pre>
 *
 * <p>A document has one row or none, in the form of a {@link RowValue}, which the ingest processor
 * makes. In the index it is doc values, in the encoding of the anchor set: one byte or four per
 * anchor, 4 for |phi|^2, and the document's id once more.
 */
final class AnchorRowFieldMapper extends ParametrizedFieldMapper {

  static final String TYPE = "anchor_row";

  /** The doc values of documents' ids, beside their rows: {@code _id} itself has none. */
  static String ids(String field) {
    return field + ".id";
  }

  /** Reads mappings. */
  static Mapper.TypeParser parser(AnchorFiles files, NodeModels models) {
    return new TypeParser((name, context) -> new Builder(name, files, models));
  }

  private final Builder builder;
  private final ModelText text;
  private final AnchorSet anchors;
  private final RowFields fields;

  private AnchorRowFieldMapper(
      String simpleName,
      Type type,
      MultiFields multiFields,
      CopyTo copyTo,
      Builder builder,
      AnchorSet anchors) {
    super(simpleName, type, multiFields, copyTo);
    this.builder = builder;
    this.anchors = anchors;
    this.text = type.text;
    this.fields = RowFields.inDocValues(type.name(), anchors);
  }

  /** Makes a mapper; checks its parameters. */
  private static final class Builder extends ParametrizedFieldMapper.Builder {

    private final AnchorFiles files;
    private final NodeModels models;
    private final Parameter<String> anchorFile;
    private final Parameter<String> model;
    private final Parameter<String> queryModel;
    private final Parameter<List<String>> text;

    Builder(String name, AnchorFiles files, NodeModels models) {
      super(name);
      this.files = files;
      this.models = models;
      anchorFile =
          Parameter.stringParam(
              AnchorRowField.ANCHORS, false, in -> of(in).anchorFile.getValue(), "");
      model = Parameter.stringParam(AnchorRowField.MODEL, false, in -> of(in).model.getValue(), "");
      queryModel =
          Parameter.stringParam(
              AnchorRowField.QUERY_MODEL, false, in -> of(in).queryModel.getValue(), "");
      text =
          new Parameter<>(
              AnchorRowField.TEXT,
              false,
              List::of,
              (field, context, value) -> AnchorRowField.names(value),
              in -> of(in).text.getValue());
    }

    private static Builder of(FieldMapper mapper) {
      return ((AnchorRowFieldMapper) mapper).builder;
    }

    @Override
    protected List<Parameter<?>> getParameters() {
      return List.of(anchorFile, model, queryModel, text);
    }

    @Override
    public ParametrizedFieldMapper build(BuilderContext context) {
      for (Parameter<?> parameter : List.of(anchorFile, model, text)) {
        if (!parameter.isConfigured()) {
          throw new IllegalArgumentException(
              parameter.name
                  + " must be given for a field of type "
                  + TYPE
                  + ", got none: "
                  + name);
        }
      }
      models.check(model.getValue());
      if (queryModel.isConfigured()) {
        models.check(queryModel.getValue());
      }
      AnchorSet anchors = files.get(anchorFile.getValue());
      Type type =
          new Type(
              buildFullName(context),
              anchors,
              queryModel.isConfigured() ? queryModel.getValue() : model.getValue(),
              new ModelText(text.getValue()));
      return new AnchorRowFieldMapper(
          name, type, multiFieldsBuilder.build(this, context), copyTo.build(), this, anchors);
    }
  }

  /** What a shard knows of the field. */
  static final class Type extends MappedFieldType {

    private final AnchorSet anchors;
    private final String queryModel;
    private final ModelText text;

    private Type(String name, AnchorSet anchors, String queryModel, ModelText text) {
      super(name, false, false, true, TextSearchInfo.NONE, Map.of());
      this.anchors = anchors;
      this.queryModel = queryModel;
      this.text = text;
    }

    /** The anchors that its rows are made with. */
    AnchorSet anchors() {
      return anchors;
    }

    /** The name of the model that answers queries. */
    String queryModel() {
      return queryModel;
    }

    /** What the model reads. */
    ModelText text() {
      return text;
    }

    @Override
    public String typeName() {
      return TYPE;
    }

    @Override
    public ValueFetcher valueFetcher(
        QueryShardContext context, SearchLookup lookup, @Nullable String format) {
      return SourceValueFetcher.identity(name(), context, format);
    }

    @Override
    public Query termQuery(Object value, @Nullable QueryShardContext context) {
      throw new IllegalArgumentException(
          "field of type " + TYPE + " must be searched by a curlew query, got a term: " + name());
    }
  }

  @Override
  public ParametrizedFieldMapper.Builder getMergeBuilder() {
    return new Builder(simpleName(), builder.files, builder.models).init(this);
  }

  @Override
  protected String contentType() {
    return TYPE;
  }

  @Override
  protected void parseCreateField(ParseContext context) throws IOException {
    XContentParser parser = context.parser();
    if (parser.currentToken() == XContentParser.Token.VALUE_NULL) {
      return;
    }
    if (context.doc() != context.rootDoc() || context.doc().getField(name()) != null) {
      throw new IllegalArgumentException(
          "document must have one row, outside of nested objects, got more in field " + name());
    }
    SourceToParse source = context.sourceToParse();
    float[] row =
        RowValue.read(parser.text(), anchors, text.of(source.source(), source.getMediaType()));
    for (Field field : fields.of(row)) {
      context.doc().add(field);
    }
    context.doc().add(new BinaryDocValuesField(ids(name()), new BytesRef(source.id())));
  }

  @Override
  public void canDeriveSource() {
    throw new UnsupportedOperationException("rows are kept in the source of a document");
  }

  @Override
  public void deriveSource(XContentBuilder source, LeafReader reader, int document) {
    canDeriveSource();
  }
}
