package io.curlew.demo.serve;

import static io.curlew.demo.serve.ApiException.badRequest;
import static io.curlew.demo.serve.ApiException.shown;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The JSON object of a request, read strictly: each field is known, once, and of its type. */
final class RequestBody {

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonParser.Feature.ALLOW_NON_NUMERIC_NUMBERS)
          .build();

  private final ObjectNode fields;

  private RequestBody(ObjectNode fields) {
    this.fields = fields;
  }

  /**
   * Reads a body.
   *
   * @param known the fields that may be there
   * @throws ApiException with status 400, if it is not a JSON object of such fields
   */
  static RequestBody read(byte[] body, Set<String> known) {
    JsonNode tree;
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
      tree = JSON.readTree(text);
    } catch (CharacterCodingException e) {
      throw badRequest("body must be UTF-8, it is not");
    } catch (JsonProcessingException e) {
      throw badRequest("body must be JSON: " + shown(e.getOriginalMessage()));
    }
    if (tree.isMissingNode()) {
      throw badRequest("body must be JSON, it is empty");
    }
    if (!(tree instanceof ObjectNode object)) {
      throw badRequest("body must be a JSON object, got: " + tree.getNodeType());
    }
    for (String name : (Iterable<String>) object::fieldNames) {
      if (!known.contains(name)) {
        throw badRequest(
            "field must be one of " + known.stream().sorted().toList() + ", got: " + shown(name));
      }
    }
    return new RequestBody(object);
  }

  /** The text of the field {@code query}: not blank, well-formed, and no longer than allowed. */
  String query(int mostCharacters) {
    String query = text("query");
    if (query.isBlank()) {
      throw badRequest("query must not be blank, got: \"" + shown(query) + '"');
    }
    if (query.length() > mostCharacters) {
      throw badRequest(
          "query must have at most " + mostCharacters + " characters, got: " + query.length());
    }
    query
        .codePoints()
        .filter(c -> (Character.isISOControl(c) && c != '\t' && c != '\n') || isSurrogate(c))
        .findFirst()
        .ifPresent(
            c -> {
              throw badRequest(
                  "query must hold no control characters or lone surrogates, got: U+"
                      + String.format(Locale.ROOT, "%04X", c));
            });
    return query;
  }

  private static boolean isSurrogate(int codePoint) {
    return Character.getType(codePoint) == Character.SURROGATE;
  }

  /** A field that must be there and hold a string. */
  String text(String name) {
    JsonNode value = fields.get(name);
    if (value == null || !value.isTextual()) {
      throw badRequest(
          name + " must be a string, got: " + (value == null ? "none" : shown(value.toString())));
    }
    return value.textValue();
  }

  /** One of some words; the first if the field is not there. */
  String oneOf(String name, List<String> words) {
    if (!fields.has(name)) {
      return words.getFirst();
    }
    String word = text(name);
    if (!words.contains(word)) {
      throw badRequest(name + " must be one of " + words + ", got: " + shown(word));
    }
    return word;
  }

  /** A whole number in a range. */
  int number(String name, int least, int most, int missing) {
    JsonNode value = fields.get(name);
    if (value == null) {
      return missing;
    }
    if (!value.isIntegralNumber()
        || !value.canConvertToInt()
        || value.intValue() < least
        || value.intValue() > most) {
      throw badRequest(
          name
              + " must be a whole number between "
              + least
              + " and "
              + most
              + ", got: "
              + shown(value.toString()));
    }
    return value.intValue();
  }
}
