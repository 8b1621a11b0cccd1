package io.curlew.opensearch;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.opensearch.core.common.ParsingException;
import org.opensearch.core.xcontent.XContentParser;

/** Reads parameters of requests; what is wrong is an error with the rule and the value. */
final class Parameters {

  private Parameters() {}

  /** The error of a request, status 400, with the place. */
  static ParsingException bad(String of, XContentParser parser, IllegalArgumentException e) {
    return new ParsingException(parser.getTokenLocation(), "[" + of + "] " + e.getMessage(), e);
  }

  /** A value that must be given. */
  static <T> T required(String name, @Nullable T value) {
    if (value == null) {
      throw new IllegalArgumentException(name + " must be given, got none");
    }
    return value;
  }

  /** Text, or a number or truth value as text. */
  static String text(String name, XContentParser parser) throws IOException {
    if (!parser.currentToken().isValue()) {
      throw new IllegalArgumentException(name + " must be text, got: " + shown(parser));
    }
    return parser.text();
  }

  /** Checks that a value is an object. */
  static void object(String name, String what, XContentParser parser) throws IOException {
    if (parser.currentToken() != XContentParser.Token.START_OBJECT) {
      throw new IllegalArgumentException(name + " must be " + what + ", got: " + shown(parser));
    }
  }

  /** A value as an error shows it. */
  static String shown(XContentParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      default -> String.valueOf(parser.textOrNull());
    };
  }

  /** A whole number. */
  static int whole(String name, XContentParser parser) throws IOException {
    double value = number(name, parser);
    if (value != Math.rint(value) || Math.abs(value) > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(name + " must be a whole number, got: " + value);
    }
    return (int) value;
  }

  /** A whole number of at least 1. */
  static int positive(String name, XContentParser parser) throws IOException {
    int value = whole(name, parser);
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1, got: " + value);
    }
    return value;
  }

  /** A number, which may be given as text. */
  static double number(String name, XContentParser parser) throws IOException {
    try {
      return Double.parseDouble(shown(parser));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(name + " must be a number, got: " + shown(parser), e);
    }
  }

  /** A number above 0, at most 1. */
  static double share(String name, XContentParser parser) throws IOException {
    double value = number(name, parser);
    if (!(value > 0 && value <= 1)) {
      throw new IllegalArgumentException(name + " must be in (0, 1], got: " + value);
    }
    return value;
  }
}
