package io.curlew.attention.scoring;

import io.curlew.cur.model.InteractionModel;
import io.curlew.cur.model.ModelFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Opens an {@link ExportedCrossEncoder} from a configuration. Arguments:
 *
 * <ul>
 *   <li>{@code model}, {@code tokenizer}: a file that ends in .onnx (ONNX) or .pt (TorchScript, for
 *       which PyTorch must be on the class path) and its {@code tokenizer.json}. A path, or {@code
 *       classpath:} and the name of a resource beside this class's jar
 *   <li>{@code maxTokens}, {@code threads}: as in {@link CrossEncoderOptions}; optional
 * </ul>
 */
public final class CrossEncoderFactory implements ModelFactory {

  private static final String KIND = "cross-encoder";
  private static final String MODEL = "model";
  private static final String TOKENIZER = "tokenizer";
  private static final String MAX_TOKENS = "maxTokens";
  private static final String THREADS = "threads";
  private static final Set<String> KNOWN =
      new TreeSet<>(Set.of(MODEL, TOKENIZER, MAX_TOKENS, THREADS));

  /** For whoever has the name of this class in a configuration. */
  public CrossEncoderFactory() {}

  @Override
  public String identity(Map<String, String> arguments) throws IOException {
    return ModelFactory.super.identity(arguments)
        + Arguments.contents(List.of(file(arguments, MODEL), file(arguments, TOKENIZER)));
  }

  @Override
  public InteractionModel open(Map<String, String> arguments) throws IOException {
    Arguments.check(KIND, arguments, KNOWN);
    CrossEncoderOptions options = CrossEncoderOptions.defaults();
    options =
        options
            .withMaxTokens(Arguments.number(arguments, MAX_TOKENS, options.maxTokens()))
            .withThreads(Arguments.number(arguments, THREADS, options.threads()));
    String model = file(arguments, MODEL);
    String tokenizer = file(arguments, TOKENIZER);
    return ExportedCrossEncoder.open(
        ExportedCrossEncoder.NAME,
        ExportFormat.of(Path.of(model)),
        () -> Arguments.stream(model),
        () -> Arguments.stream(tokenizer),
        options);
  }

  private static String file(Map<String, String> arguments, String name) {
    return Arguments.file(KIND, arguments, name);
  }
}
