package io.curlew.data.file;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Input that breaks its format. The message is one line, {@code FILE:LINE: rule, got: value}, or
 * {@code FILE: rule, got: value} where the fault is not on one line.
 */
public final class MalformedDataException extends IOException {
  private static final long serialVersionUID = 1L;
  private static final int MAX_VALUE_LENGTH = 120;

  private MalformedDataException(String message) {
    super(message);
  }

  /**
   * A fault on one line of a file.
   *
   * @param file the file, shown as given
   * @param line the 1-based number of the line
   * @param rule what must hold, for instance {@code "score must be an integer"}
   * @param value what was found; shortened to 120 characters
   */
  public static MalformedDataException at(Path file, long line, String rule, String value) {
    return at(file.toString(), line, rule, value);
  }

  /**
   * A fault of a whole file, such as its absence.
   *
   * @param file the file, shown as given
   * @param rule what must hold, for instance {@code "file must exist"}
   * @param value what was found; shortened to 120 characters
   */
  public static MalformedDataException in(Path file, String rule, String value) {
    return in(file.toString(), rule, value);
  }

  static MalformedDataException at(String source, long line, String rule, String value) {
    return in(source + ":" + line, rule, value);
  }

  static MalformedDataException in(String source, String rule, String value) {
    return new MalformedDataException(source + ": " + rule + ", got: " + oneLine(value));
  }

  private static String oneLine(String value) {
    StringBuilder shown = new StringBuilder();
    value
        .codePoints()
        .limit(MAX_VALUE_LENGTH)
        .map(c -> Character.isISOControl(c) ? ' ' : c)
        .forEach(shown::appendCodePoint);
    return value.codePointCount(0, value.length()) > MAX_VALUE_LENGTH ? shown + "..." : shown + "";
  }
}
