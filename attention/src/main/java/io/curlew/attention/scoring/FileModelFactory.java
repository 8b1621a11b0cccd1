package io.curlew.attention.scoring;

import io.curlew.cur.model.InteractionModel;
import io.curlew.cur.model.ModelArguments;
import io.curlew.cur.model.ModelFactory;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Opens models that are a file and a tokenizer, with a limit in tokens and a number of threads. */
abstract class FileModelFactory implements ModelFactory {

  private static final String MODEL = "model";
  private static final String TOKENIZER = "tokenizer";
  private static final String THREADS = "threads";

  private final String kind;
  private final String limit;

  /**
   * A factory.
   *
   * @param kind of model, for errors
   * @param limit the name of the argument for the limit
   */
  FileModelFactory(String kind, String limit) {
    this.kind = kind;
    this.limit = limit;
  }

  /** What {@link #identity} says of the files too: their size and time of change. */
  @Override
  public final String identity(Map<String, String> arguments) throws IOException {
    return ModelFactory.super.identity(arguments)
        + ConfiguredFiles.contents(List.of(file(arguments, MODEL), file(arguments, TOKENIZER)));
  }

  @Override
  public final InteractionModel open(Map<String, String> arguments) throws IOException {
    ModelArguments.check(kind, arguments, Set.of(MODEL, TOKENIZER, limit, THREADS));
    return open(file(arguments, MODEL), file(arguments, TOKENIZER), arguments);
  }

  /**
   * Opens a model.
   *
   * @param model the name of its file, see {@link ConfiguredFiles#stream}
   * @param tokenizer that of its tokenizer's
   */
  abstract InteractionModel open(String model, String tokenizer, Map<String, String> arguments)
      throws IOException;

  final int limit(Map<String, String> arguments, int otherwise) {
    return ModelArguments.number(arguments, limit, otherwise);
  }

  final int threads(Map<String, String> arguments, int otherwise) {
    return ModelArguments.number(arguments, THREADS, otherwise);
  }

  private String file(Map<String, String> arguments, String name) {
    return ConfiguredFiles.file(kind, arguments, name);
  }
}
