package io.curlew.attention.scoring;

import io.curlew.cur.model.InteractionModel;
import io.curlew.cur.model.ModelFactory;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Opens a {@link LateInteractionModel} from a configuration. Arguments:
 *
 * <ul>
 *   <li>{@code model}, {@code tokenizer}: an ONNX file and its {@code tokenizer.json}. A path, or
 *       {@code classpath:} and the name of a resource beside this class's jar
 *   <li>{@code maxDocumentTokens}, {@code threads}: as in {@link LateInteractionOptions}; optional
 * </ul>
 */
public final class LateInteractionFactory implements ModelFactory {

  private static final String CLASS_PATH = "classpath:";
  private static final String MODEL = "model";
  private static final String TOKENIZER = "tokenizer";
  private static final String MAX_DOCUMENT_TOKENS = "maxDocumentTokens";
  private static final String THREADS = "threads";
  private static final Set<String> KNOWN =
      new TreeSet<>(Set.of(MODEL, TOKENIZER, MAX_DOCUMENT_TOKENS, THREADS));

  /** For whoever has the name of this class in a configuration. */
  public LateInteractionFactory() {}

  @Override
  public String identity(Map<String, String> arguments) throws IOException {
    StringBuilder identity = new StringBuilder(ModelFactory.super.identity(arguments));
    for (String file : Set.of(MODEL, TOKENIZER)) {
      String name = required(arguments, file);
      if (!name.startsWith(CLASS_PATH)) {
        Path path = Path.of(name);
        identity.append(' ').append(file).append(' ').append(Files.size(path));
        identity.append(' ').append(Files.getLastModifiedTime(path));
      }
    }
    return identity.toString();
  }

  @Override
  public InteractionModel open(Map<String, String> arguments) throws IOException {
    Arguments.check("late-interaction", arguments, KNOWN);
    LateInteractionOptions options = LateInteractionOptions.defaults();
    options =
        options
            .withMaxDocumentTokens(
                Arguments.number(arguments, MAX_DOCUMENT_TOKENS, options.maxDocumentTokens()))
            .withThreads(Arguments.number(arguments, THREADS, options.threads()));
    String model = required(arguments, MODEL);
    String tokenizer = required(arguments, TOKENIZER);
    return LateInteractionModel.open(() -> stream(model), () -> stream(tokenizer), options);
  }

  private static String required(Map<String, String> arguments, String name) {
    String value = arguments.get(name);
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException(
          "a late-interaction model must be given a file as \"" + name + "\", got: " + value);
    }
    return value;
  }

  private static InputStream stream(String name) throws IOException {
    if (!name.startsWith(CLASS_PATH)) {
      return Files.newInputStream(Path.of(name));
    }
    String resource = name.substring(CLASS_PATH.length());
    InputStream stream = LateInteractionFactory.class.getResourceAsStream(resource);
    if (stream == null) {
      throw new FileNotFoundException("no such file on the class path: " + resource);
    }
    return stream;
  }
}
