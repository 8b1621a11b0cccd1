package io.curlew.attention.scoring;

import io.curlew.cur.model.InteractionModel;
import io.curlew.cur.model.ModelFactory;
import java.io.IOException;
import java.util.List;
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

  private static final String KIND = "late-interaction";
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
    return ModelFactory.super.identity(arguments)
        + Arguments.contents(List.of(file(arguments, MODEL), file(arguments, TOKENIZER)));
  }

  @Override
  public InteractionModel open(Map<String, String> arguments) throws IOException {
    Arguments.check(KIND, arguments, KNOWN);
    LateInteractionOptions options = LateInteractionOptions.defaults();
    options =
        options
            .withMaxDocumentTokens(
                Arguments.number(arguments, MAX_DOCUMENT_TOKENS, options.maxDocumentTokens()))
            .withThreads(Arguments.number(arguments, THREADS, options.threads()));
    String model = file(arguments, MODEL);
    String tokenizer = file(arguments, TOKENIZER);
    return LateInteractionModel.open(
        () -> Arguments.stream(model), () -> Arguments.stream(tokenizer), options);
  }

  private static String file(Map<String, String> arguments, String name) {
    return Arguments.file(KIND, arguments, name);
  }
}
