package io.curlew.attention.scoring;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The names and values that a configuration gives to a model. */
final class Arguments {

  private Arguments() {}

  /**
   * Checks the names.
   *
   * @param model what they are of, for an error
   * @throws IllegalArgumentException if one is not known
   */
  static void check(String model, Map<String, String> arguments, Set<String> known) {
    for (String name : new TreeSet<>(arguments.keySet())) {
      if (!known.contains(name)) {
        throw new IllegalArgumentException(
            "arguments of a " + model + " model must be among " + known + ", got: " + name);
      }
    }
  }

  /** A whole number, or another one if there is none of this name. */
  static int number(Map<String, String> arguments, String name, int otherwise) {
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
