package io.curlew.attention;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** Options as one line of text, for saved models and messages: {@code [name=value, ...]}. */
final class NystromOptionsText {
  private NystromOptionsText() {}

  static String write(NystromOptions options) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("landmarks", options.landmarks());
    values.put("pinvIterations", options.pinvIterations());
    values.put("pinvTolerance", options.pinvTolerance());
    values.put("ridge", options.ridge());
    values.put("initialisation", options.initialisation());
    values.put("compatible", options.compatible());
    values.put("landmarkChoice", options.landmarkChoice().name());
    values.put("leading", options.leading());
    values.put("trailing", options.trailing());
    values.put("nearField", options.nearField());
    values.put("rowSums", options.rowSums());
    values.put("errorTolerance", options.errorTolerance());
    values.put("errorRows", options.errorRows());
    values.put("fallback", options.fallback());
    values.put("exactWhenFaster", options.exactWhenFaster());
    StringBuilder text = new StringBuilder();
    values.forEach(
        (name, value) -> text.append(text.isEmpty() ? "[" : ", ").append(name + "=" + value));
    return text.append(']').toString();
  }

  /**
   * Reads what {@link #write} has written.
   *
   * @throws IllegalArgumentException if an option is missing or malformed
   */
  static NystromOptions read(String text) {
    Map<String, String> values = new LinkedHashMap<>();
    if (!text.startsWith("[") || !text.endsWith("]")) {
      throw new IllegalArgumentException("options must be in brackets, got: " + text);
    }
    for (String entry : text.substring(1, text.length() - 1).split(", ", -1)) {
      int mark = entry.indexOf('=');
      if (mark < 0) {
        throw new IllegalArgumentException("an option must be name=value, got: " + entry);
      }
      values.put(entry.substring(0, mark), entry.substring(mark + 1));
    }
    return NystromOptions.builder()
        .setLandmarks(get(values, "landmarks", Integer::parseInt))
        .optPinvIterations(get(values, "pinvIterations", Integer::parseInt))
        .optPinvTolerance(get(values, "pinvTolerance", Double::parseDouble))
        .optRidge(get(values, "ridge", Double::parseDouble))
        .optInitialisation(get(values, "initialisation", Initialisation::valueOf))
        .optCompatible(get(values, "compatible", Boolean::parseBoolean))
        .optLandmarkChoice(get(values, "landmarkChoice", LandmarkChoice::named))
        .optProtectedTokens(
            get(values, "leading", Integer::parseInt), get(values, "trailing", Integer::parseInt))
        .optNearField(get(values, "nearField", Integer::parseInt))
        .optRowSums(get(values, "rowSums", RowSums::valueOf))
        .optErrorTolerance(
            get(values, "errorTolerance", Double::parseDouble),
            get(values, "errorRows", Integer::parseInt),
            get(values, "fallback", Fallback::valueOf))
        .optExactWhenFaster(get(values, "exactWhenFaster", Boolean::parseBoolean))
        .build();
  }

  private static <T> T get(Map<String, String> values, String name, Function<String, T> parser) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("option must be present: " + name + ", got: " + values);
    }
    return parser.apply(value);
  }
}
