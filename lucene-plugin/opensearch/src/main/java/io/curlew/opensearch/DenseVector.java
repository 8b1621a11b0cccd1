package io.curlew.opensearch;

import io.curlew.lucene.Feature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.VectorEncoding;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.index.query.QueryShardContext;

/**
 * A query's dense vector: its dot products with a field's vectors are the feature {@value
 * Feature#DENSE}, and the learned latent query is made of it. The field is any that has vectors of
 * floats in Lucene.
 *
 * @param field of the documents' vectors
 * @param vector of the query, as made for these
 */
record DenseVector(String field, List<Float> vector) implements Writeable, ToXContentObject {

  DenseVector {
    vector = List.copyOf(vector);
    if (vector.isEmpty()) {
      throw new IllegalArgumentException("vector of dense must have a number at least, got none");
    }
  }

  DenseVector(StreamInput in) throws IOException {
    this(in.readString(), in.readList(StreamInput::readFloat));
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    out.writeString(field);
    out.writeCollection(vector, StreamOutput::writeFloat);
  }

  /** Reads {@code {"field": "embedding", "vector": [0.1, ...]}}. */
  static DenseVector fromXContent(XContentParser parser) throws IOException {
    Parameters.object("dense", "a field and a vector", parser);
    String field = null;
    List<Float> vector = null;
    while (parser.nextToken() != XContentParser.Token.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      switch (name) {
        case "field" -> field = Parameters.text(name, parser);
        case "vector" -> vector = numbers(parser);
        default ->
            throw new IllegalArgumentException(
                "parameter of dense must be one of field, vector, got: " + name);
      }
    }
    return new DenseVector(
        Parameters.required("field of dense", field),
        Parameters.required("vector of dense", vector));
  }

  private static List<Float> numbers(XContentParser parser) throws IOException {
    if (parser.currentToken() != XContentParser.Token.START_ARRAY) {
      throw new IllegalArgumentException(
          "vector of dense must be an array of numbers, got: " + Parameters.shown(parser));
    }
    List<Float> numbers = new ArrayList<>();
    while (parser.nextToken() != XContentParser.Token.END_ARRAY) {
      float number = (float) Parameters.number("vector of dense", parser);
      if (!Float.isFinite(number)) {
        throw new IllegalArgumentException(
            "numbers of a vector must be finite as floats, got: " + parser.text());
      }
      numbers.add(number);
    }
    return numbers;
  }

  @Override
  public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
    return builder.startObject().field("field", field).field("vector", vector).endObject();
  }

  float[] values() {
    float[] values = new float[vector.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = vector.get(i);
    }
    return values;
  }

  /**
   * Checks that the field's vectors can be multiplied with this one.
   *
   * @throws IllegalArgumentException if the index does not have the field, or a segment has it and
   *     it is of another kind
   */
  void check(QueryShardContext context, IndexReader reader) {
    if (context.fieldMapper(field) == null) {
      throw new IllegalArgumentException(
          "field of dense must be one of the index, got: \"" + field + '"');
    }
    for (LeafReaderContext leaf : reader.leaves()) {
      FieldInfo info = leaf.reader().getFieldInfos().fieldInfo(field);
      if (info != null
          && (info.getVectorDimension() != vector.size()
              || info.getVectorEncoding() != VectorEncoding.FLOAT32)) {
        throw new IllegalArgumentException(
            "field of dense must have vectors of "
                + vector.size()
                + " floats, as its vector has, got: \""
                + field
                + "\" with "
                + (info.hasVectorValues()
                    ? info.getVectorDimension() + " of " + info.getVectorEncoding()
                    : "none that Lucene reads"));
      }
    }
  }
}
