package io.curlew.attention.scoring;

import io.curlew.cur.model.InteractionModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

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
public final class CrossEncoderFactory extends FileModelFactory {

  /** For whoever has the name of this class in a configuration. */
  public CrossEncoderFactory() {
    super("cross-encoder", "maxTokens");
  }

  @Override
  InteractionModel open(String model, String tokenizer, Map<String, String> arguments)
      throws IOException {
    CrossEncoderOptions options = CrossEncoderOptions.defaults();
    return ExportedCrossEncoder.open(
        ExportedCrossEncoder.NAME,
        ExportFormat.of(Path.of(model)),
        () -> ConfiguredFiles.stream(model),
        () -> ConfiguredFiles.stream(tokenizer),
        options
            .withMaxTokens(limit(arguments, options.maxTokens()))
            .withThreads(threads(arguments, options.threads())));
  }
}
