package io.curlew.demo;

import io.curlew.attention.scoring.CrossEncoderFactory;
import io.curlew.demo.index.Models;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code curlew export}. */
@Command(
    name = "export",
    description =
        "Writes a cross-encoder that curlew train has made, or the one that comes with it, as one"
            + " ONNX model beside its tokenizer: for search engines, for --model, for any runtime.",
    footer = {"", "Example:", "  curlew export --out my-cross-encoder"})
final class ExportCommand implements Callable<Integer> {

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description = "cross-encoder, or a file of curlew train (${DEFAULT-VALUE}).")
  private String model = Models.CROSS_ENCODER;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Where model.onnx and tokenizer.json go.")
  private Path out = Path.of("");

  @Override
  public Integer call() throws IOException {
    int maxTokens = Models.export(model, out);
    Path directory = out.toAbsolutePath().normalize();
    System.out.printf(
        Locale.ROOT,
        "class=%s%nmodel=%s%ntokenizer=%s%nmaxTokens=%d%n",
        CrossEncoderFactory.class.getName(),
        directory.resolve("model.onnx"),
        directory.resolve("tokenizer.json"),
        maxTokens);
    return 0;
  }
}
