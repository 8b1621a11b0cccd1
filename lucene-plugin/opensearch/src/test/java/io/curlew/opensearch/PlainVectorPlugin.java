package io.curlew.opensearch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.Query;
import org.jspecify.annotations.Nullable;
import org.opensearch.index.mapper.MappedFieldType;
import org.opensearch.index.mapper.Mapper;
import org.opensearch.index.mapper.ParametrizedFieldMapper;
import org.opensearch.index.mapper.ParseContext;
import org.opensearch.index.mapper.SourceValueFetcher;
import org.opensearch.index.mapper.TextSearchInfo;
import org.opensearch.index.mapper.ValueFetcher;
import org.opensearch.index.query.QueryShardContext;
import org.opensearch.plugins.MapperPlugin;
import org.opensearch.plugins.Plugin;
import org.opensearch.search.lookup.SearchLookup;

/** The rival of rows: a plain vector field of the default codec, which builds a graph. */
public final class PlainVectorPlugin extends Plugin implements MapperPlugin {

  private static final String TYPE = "plain_vector";

  /** A mapping of one field. */
  static Map<String, Object> mapping(String field) {
    return Map.of("properties", Map.of(field, Map.of("type", TYPE)));
  }

  /** A vector as the field reads it. */
  static String value(float[] vector) {
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * vector.length);
    bytes.asFloatBuffer().put(vector);
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  @Override
  public Map<String, Mapper.TypeParser> getMappers() {
    return Map.of(
        TYPE, new ParametrizedFieldMapper.TypeParser((name, context) -> new PlainBuilder(name)));
  }

  private static final class PlainBuilder extends ParametrizedFieldMapper.Builder {
    PlainBuilder(String name) {
      super(name);
    }

    @Override
    protected List<ParametrizedFieldMapper.Parameter<?>> getParameters() {
      return List.of();
    }

    @Override
    public ParametrizedFieldMapper build(Mapper.BuilderContext context) {
      return new PlainVector(name, new Type(buildFullName(context)));
    }
  }

  private static final class Type extends MappedFieldType {
    Type(String name) {
      super(name, false, false, false, TextSearchInfo.NONE, Map.of());
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
      throw new IllegalArgumentException("no terms");
    }
  }

  private static final class PlainVector extends ParametrizedFieldMapper {
    PlainVector(String name, Type type) {
      super(name, type, MultiFields.empty(), CopyTo.empty());
    }

    @Override
    public ParametrizedFieldMapper.Builder getMergeBuilder() {
      return new PlainBuilder(simpleName());
    }

    @Override
    protected String contentType() {
      return TYPE;
    }

    @Override
    protected void parseCreateField(ParseContext context) throws IOException {
      String text = context.parser().text();
      ByteBuffer bytes =
          ByteBuffer.wrap(Base64.getDecoder().decode(text.substring(text.lastIndexOf(':') + 1)));
      float[] vector = new float[bytes.remaining() / Float.BYTES];
      bytes.asFloatBuffer().get(vector);
      context
          .doc()
          .add(
              new KnnFloatVectorField(
                  name(), vector, VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT));
    }
  }
}
