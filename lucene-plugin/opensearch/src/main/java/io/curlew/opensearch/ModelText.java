package io.curlew.opensearch;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.common.xcontent.support.XContentMapValues;
import org.opensearch.core.common.bytes.BytesReference;
import org.opensearch.core.xcontent.MediaType;

/**
 * The text of a document as the model reads it: the values of some fields of its source, joined by
 * a space.
 *
 * @param fields at least one, with dots where they are in objects
 */
record ModelText(List<String> fields) {

  ModelText {
    fields = List.copyOf(fields);
  }

  /** The text of a source; blank if it has none. */
  String of(Map<String, ?> source) {
    List<String> values = new ArrayList<>();
    for (String field : fields) {
      add(XContentMapValues.extractValue(field, source), values);
    }
    return values.stream().filter(v -> !v.isEmpty()).collect(Collectors.joining(" "));
  }

  /** The text of a source as it is stored; blank if it has none. */
  String of(BytesReference source, @Nullable MediaType type) {
    return of(XContentHelper.convertToMap(source, false, type).v2());
  }

  private static void add(@Nullable Object value, List<String> values) {
    if (value instanceof Iterable<?> some) {
      some.forEach(one -> add(one, values));
    } else if (value != null && !(value instanceof Map)) {
      values.add(value.toString().strip());
    }
  }
}
