package io.curlew.attention.scoring;

import io.curlew.cur.model.ModelFactory;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The names and values that a configuration gives to a model. */
final class Arguments {

  private static final String CLASS_PATH = "classpath:";

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

  /**
   * The name of a file: a path, or {@code classpath:} and the name of a resource.
   *
   * @param model what it is of, for an error
   * @throws IllegalArgumentException if there is none
   */
  static String file(String model, Map<String, String> arguments, String name) {
    String value = arguments.get(name);
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException(
          "a " + model + " model must be given a file as \"" + name + "\", got: " + value);
    }
    return value;
  }

  /** Opens a file, to be closed by the caller. */
  static InputStream stream(String file) throws IOException {
    if (!file.startsWith(CLASS_PATH)) {
      return Files.newInputStream(Path.of(file));
    }
    String resource = file.substring(CLASS_PATH.length());
    InputStream stream = Arguments.class.getResourceAsStream(resource);
    if (stream == null) {
      throw new FileNotFoundException("no such file on the class path: " + resource);
    }
    return stream;
  }

  /** What tells the contents of files apart, for {@link ModelFactory#identity}. */
  static String contents(List<String> files) throws IOException {
    StringBuilder contents = new StringBuilder();
    for (String file : files) {
      if (!file.startsWith(CLASS_PATH)) {
        Path path = Path.of(file);
        contents.append(' ').append(Files.size(path));
        contents.append(' ').append(Files.getLastModifiedTime(path));
      }
    }
    return contents.toString();
  }
}
