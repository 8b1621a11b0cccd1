package io.curlew.cur.model;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Checks and reads the arguments of a {@link ModelFactory}. */
public final class ModelArguments {

  private ModelArguments() {}

  /**
   * Checks the names.
   *
   * @param model what they are of, for an error
   * @throws IllegalArgumentException if one is not known
   */
  public static void check(String model, Map<String, String> arguments, Set<String> known) {
    for (String name : new TreeSet<>(arguments.keySet())) {
      if (!known.contains(name)) {
        throw new IllegalArgumentException(
            "arguments of a "
                + model
                + " model must be among "
                + new TreeSet<>(known)
                + ", got: "
                + name);
      }
    }
  }

  /**
   * A whole number, or another one if there is none of this name.
   *
   * @throws IllegalArgumentException if it is not a whole number
   */
  public static int number(Map<String, String> arguments, String name, int otherwise) {
    String value = arguments.get(name);
    try {
      return arguments.containsKey(name)
          ? Integer.parseInt(String.valueOf(value).strip())
          : otherwise;
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(name + " must be a whole number, got: " + value, e);
    }
  }
}
