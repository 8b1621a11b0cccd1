package io.curlew.attention.scoring;

import io.curlew.cur.model.ModelFactory;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The files that a configuration names for a model. */
final class ConfiguredFiles {

  private static final String CLASS_PATH = "classpath:";

  private ConfiguredFiles() {}

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
    InputStream stream = ConfiguredFiles.class.getResourceAsStream(resource);
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
