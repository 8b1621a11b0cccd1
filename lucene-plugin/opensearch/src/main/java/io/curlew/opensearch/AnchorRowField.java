package io.curlew.opensearch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.cluster.metadata.MappingMetadata;

/**
 * What a mapping says of a field of type {@value AnchorRowFieldMapper#TYPE}.
 *
 * @param anchors the anchor file, relative to the config directory of every node
 * @param model the name of the model that makes rows
 * @param queryModel the name of the model that answers queries, the same unless it says otherwise
 * @param text the fields that the model reads
 */
record AnchorRowField(String anchors, String model, String queryModel, ModelText text) {

  static final String ANCHORS = "anchors";
  static final String MODEL = "model";
  static final String QUERY_MODEL = "query_model";
  static final String TEXT = "text";

  /**
   * The field of an index as the cluster knows it, on whichever node.
   *
   * @throws IllegalArgumentException if the index has no such field
   */
  static AnchorRowField of(IndexMetadata index, String field) {
    MappingMetadata mapping = index.mapping();
    Object found = mapping == null ? null : find(mapping.sourceAsMap(), field);
    if (!(found instanceof Map<?, ?> properties)
        || !AnchorRowFieldMapper.TYPE.equals(properties.get("type"))) {
      throw new IllegalArgumentException(
          "field must be of type "
              + AnchorRowFieldMapper.TYPE
              + " in every index, got: \""
              + field
              + "\" in "
              + index.getIndex().getName());
    }
    String model = String.valueOf(properties.get(MODEL));
    Object queryModel = properties.get(QUERY_MODEL);
    return new AnchorRowField(
        String.valueOf(properties.get(ANCHORS)),
        model,
        queryModel == null ? model : String.valueOf(queryModel),
        new ModelText(names(properties.get(TEXT))));
  }

  private static @Nullable Object find(Map<String, Object> mapping, String field) {
    Object at = mapping;
    for (String step : field.split("\\.", -1)) {
      at =
          at instanceof Map<?, ?> map && map.get("properties") instanceof Map<?, ?> properties
              ? properties.get(step)
              : null;
    }
    return at;
  }

  /** The names of a parameter that is a name or a list of names. */
  static List<String> names(@Nullable Object value) {
    List<String> names = new ArrayList<>();
    if (value instanceof Iterable<?> some) {
      some.forEach(one -> names.add(String.valueOf(one)));
    } else if (value != null) {
      names.addAll(Arrays.asList(String.valueOf(value).strip().split("\\s*,\\s*")));
    }
    return names;
  }
}
