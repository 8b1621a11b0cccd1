package io.curlew.data.file;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.jspecify.annotations.Nullable;

/** One object of a JSON-lines file and its fields, as BEIR has them. */
public final class JsonLine {
  private static final ObjectReader STRICT =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .reader();

  private final JsonNode object;
  private final LineReader lines;

  private JsonLine(JsonNode object, LineReader lines) {
    this.object = object;
    this.lines = lines;
  }

  /** Parses {@code line}, the one last read from {@code lines}. */
  public static JsonLine parse(String line, LineReader lines) throws MalformedDataException {
    JsonNode node;
    try {
      node = STRICT.readTree(line);
    } catch (JsonProcessingException e) {
      String reason = e.getOriginalMessage().replaceAll("\\s+", " ");
      MalformedDataException malformed =
          lines.malformed("line must be one JSON object (" + reason + ")", line);
      malformed.initCause(e);
      throw malformed;
    }
    if (!node.isObject()) {
      throw lines.malformed("line must be one JSON object", line);
    }
    return new JsonLine(node, lines);
  }

  /** The field {@code _id}: a string, or a whole number taken as its digits; never blank. */
  public String id() throws MalformedDataException {
    JsonNode id = object.get("_id");
    if (id == null || !(id.isTextual() || id.isIntegralNumber())) {
      throw lines.malformed("field _id must be a string", shown(id));
    }
    if (id.asText().isBlank()) {
      throw lines.malformed("field _id must not be blank", id.toString());
    }
    return id.asText();
  }

  /** A string field that must be there. */
  public String required(String field) throws MalformedDataException {
    JsonNode value = object.get(field);
    if (value == null || !value.isTextual()) {
      throw lines.malformed("field " + field + " must be a string", shown(value));
    }
    return value.asText();
  }

  /** A string field that may be absent or null, which gives the empty string. */
  public String optional(String field) throws MalformedDataException {
    JsonNode value = object.get(field);
    return value == null || value.isNull() ? "" : required(field);
  }

  private static String shown(@Nullable JsonNode value) {
    return value == null ? "no such field" : value.toString();
  }
}
