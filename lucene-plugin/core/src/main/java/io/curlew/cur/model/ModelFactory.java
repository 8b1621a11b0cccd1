package io.curlew.cur.model;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * Opens a model from names and values: how a configuration file brings a model in, by the name of a
 * class. Implementations have a public constructor without parameters.
 */
public interface ModelFactory {

  /**
   * Identifies what {@link #open} would open, without opening it: two configurations of the same
   * identity can share one model. A factory that reads files adds what tells their contents apart,
   * such as size and time of change.
   *
   * @throws IllegalArgumentException as {@link #open}
   */
  default String identity(Map<String, String> arguments) throws IOException {
    return getClass().getName() + new TreeMap<>(arguments);
  }

  /**
   * Opens a model, which the caller closes.
   *
   * @throws IllegalArgumentException if an argument is missing, unknown or out of range
   * @throws IOException if a file cannot be read
   */
  InteractionModel open(Map<String, String> arguments) throws IOException;
}
