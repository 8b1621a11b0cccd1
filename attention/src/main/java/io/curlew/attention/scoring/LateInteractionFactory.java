package io.curlew.attention.scoring;

import io.curlew.cur.model.InteractionModel;
import java.io.IOException;
import java.util.Map;

/**
 * Opens a {@link LateInteractionModel} from a configuration. Arguments:
 *
 * <ul>
 *   <li>{@code model}, {@code tokenizer}: an ONNX file and its {@code tokenizer.json}. A path, or
 *       {@code classpath:} and the name of a resource beside this class's jar
 *   <li>{@code maxDocumentTokens}, {@code threads}: as in {@link LateInteractionOptions}; optional
 * </ul>
 */
public final class LateInteractionFactory extends FileModelFactory {

  /** For whoever has the name of this class in a configuration. */
  public LateInteractionFactory() {
    super("late-interaction", "maxDocumentTokens");
  }

  @Override
  InteractionModel open(String model, String tokenizer, Map<String, String> arguments)
      throws IOException {
    LateInteractionOptions options = LateInteractionOptions.defaults();
    return LateInteractionModel.open(
        () -> ConfiguredFiles.stream(model),
        () -> ConfiguredFiles.stream(tokenizer),
        options
            .withMaxDocumentTokens(limit(arguments, options.maxDocumentTokens()))
            .withThreads(threads(arguments, options.threads())));
  }
}
