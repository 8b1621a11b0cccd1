package io.curlew.opensearch;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.search.SearchExtBuilder;

/**
 * The trace {@value #NAME} in the {@code ext} section of a response, one entry for every search.
 */
final class CurTrace extends SearchExtBuilder {

  static final String NAME = "curlew";

  private final List<Map<String, Object>> searches;

  CurTrace(List<Map<String, Object>> searches) {
    this.searches = searches;
  }

  CurTrace(StreamInput in) throws IOException {
    this.searches = in.readList(StreamInput::readMap);
  }

  /** Reads one out of a response. */
  static CurTrace fromXContent(XContentParser parser) throws IOException {
    return new CurTrace(
        parser.list().stream()
            .map(
                one -> {
                  @SuppressWarnings("unchecked") // JSON objects have strings for keys
                  Map<String, Object> map = (Map<String, Object>) one;
                  return map;
                })
            .toList());
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    out.writeCollection(searches, StreamOutput::writeMap);
  }

  @Override
  public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
    return builder.field(NAME, searches);
  }

  @Override
  public String getWriteableName() {
    return NAME;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CurTrace that && searches.equals(that.searches);
  }

  @Override
  public int hashCode() {
    return searches.hashCode();
  }
}
