package io.curlew.demo.index;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.curlew.attention.bert.BertConfig;
import io.curlew.attention.bert.BertEncoder;
import io.curlew.attention.bert.DistilledEncoder;
import io.curlew.attention.bert.Pretrained;
import io.curlew.attention.bert.QuantisedCrossEncoder;
import io.curlew.attention.bert.SafetensorsFile;
import io.curlew.attention.remote.RemoteFactory;
import io.curlew.attention.scoring.CrossEncoderOptions;
import io.curlew.attention.scoring.ExportFormat;
import io.curlew.attention.scoring.ExportedCrossEncoder;
import io.curlew.attention.scoring.LateInteractionModel;
import io.curlew.attention.scoring.LateInteractionOptions;
import io.curlew.attention.scoring.LongTexts;
import io.curlew.attention.scoring.TextRole;
import io.curlew.cur.model.CachedModel;
import io.curlew.cur.model.InteractionModel;
import io.curlew.cur.model.ScoreCache;
import io.curlew.data.model.CrossEncoderFiles;
import io.curlew.data.model.LongEncoderFiles;
import io.curlew.data.model.ModelFiles;
import io.curlew.demo.console.BadInputException;
import io.curlew.file.DurableFile;
import io.curlew.lucene.TextEmbedder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An interaction model by the name that the command line gives it, and the late-interaction model,
 * whose encoder makes the vectors of the dense first stage whatever the interaction model is.
 */
public final class Models implements AutoCloseable {

  public static final String LATE_INTERACTION = "late-interaction";
  public static final String CROSS_ENCODER = "cross-encoder";

  /** The environment's variable with the bearer token of a re-ranker behind an address. */
  private static final String TOKEN = "CURLEW_TOKEN";

  /** How the name of a file ends that {@code curlew train} has made. */
  private static final String ADAPTERS = ".safetensors";

  private static final String MODEL = "model.onnx";
  private static final String TOKENIZER = "tokenizer.json";
  private static final int SHIPPED = 100_000;

  private final LateInteractionModel lateInteraction;
  private final @Nullable InteractionModel other;
  private final DocumentReading reading;
  private final InteractionModel lateScores;
  private final InteractionModel model;

  Models(LateInteractionModel lateInteraction, @Nullable InteractionModel other) {
    this(lateInteraction, other, DocumentReading.DEFAULT);
  }

  private Models(
      LateInteractionModel lateInteraction,
      @Nullable InteractionModel other,
      DocumentReading reading) {
    this.lateInteraction = lateInteraction;
    this.other = other;
    this.reading = reading;
    this.lateScores = reading.model(lateInteraction);
    this.model = other == null ? lateScores : reading.model(other);
  }

  /**
   * Opens a model.
   *
   * @param name {@value #LATE_INTERACTION}, {@value #CROSS_ENCODER}, a file of {@code curlew
   *     train}, the path of a Hugging Face export: a directory with model.onnx or model.pt and
   *     tokenizer.json, or such a model file beside its tokenizer.json; or the address of a
   *     re-ranker, {@code https://HOST/v1/rerank#MODEL}, see {@link RemoteFactory}
   * @param reading how documents are read
   */
  public static Models open(String name, DocumentReading reading) throws IOException {
    InteractionModel other =
        switch (name) {
          case LATE_INTERACTION -> null;
          case CROSS_ENCODER -> crossEncoder(CrossEncoderFiles.openAdapters());
          default -> {
            if (name.matches("https?://.*")) {
              yield RemoteFactory.open(name, System.getenv(TOKEN));
            }
            yield name.endsWith(ADAPTERS)
                ? crossEncoder(Files.newInputStream(Path.of(name)))
                : exported(Path.of(name));
          }
        };
    try {
      return new Models(lateInteraction(reading.options(), reading.attention()), other, reading);
    } catch (IOException | RuntimeException e) {
      close(other);
      throw e;
    }
  }

  /** Checks that an anchor model goes with a model. */
  static void checkAnchorModel(String anchorModel, String model) {
    if (!anchorModel.equals(model) && !anchorModel.equals(LATE_INTERACTION)) {
      throw new BadInputException(
          "--anchor-model must be --model or " + LATE_INTERACTION + ", got: " + anchorModel);
    }
  }

  public static LateInteractionModel lateInteraction(LateInteractionOptions options)
      throws IOException {
    return lateInteraction(options, DocumentReading.EXACT);
  }

  /** Late interaction that reads long texts so: see {@link DocumentReading#attention}. */
  public static LateInteractionModel lateInteraction(
      LateInteractionOptions options, String attention) throws IOException {
    ModelFiles files = ModelFiles.miniLmInt8();
    if (attention.equals(DocumentReading.EXACT)) {
      return LateInteractionModel.open(files::openModel, files::openTokenizer, options);
    }
    LongTexts longTexts = longTexts(attention);
    try {
      int longest = longTexts.encoder().config().maxPositions();
      if (options.modelTokens() > longest) {
        throw new BadInputException(
            "--max-tokens must be at most the "
                + longest
                + " of --attention "
                + attention
                + ", got: "
                + options.modelTokens());
      }
      return LateInteractionModel.open(files::openModel, files::openTokenizer, longTexts, options);
    } catch (IOException | RuntimeException e) {
      longTexts.close();
      throw e;
    }
  }

  private static LongTexts longTexts(String attention) throws IOException {
    SafetensorsFile adapters;
    try (InputStream in =
        attention.equals(DocumentReading.NYSTROM)
            ? LongEncoderFiles.openAdapters()
            : Files.newInputStream(Path.of(attention))) {
      adapters = SafetensorsFile.read(in);
    }
    NDManager weights = NDManager.newBaseManager(Device.cpu(), "PyTorch");
    try (InputStream onnx = ModelFiles.miniLm().openModel()) {
      BertEncoder encoder =
          DistilledEncoder.open(adapters, Pretrained.onnx(onnx), BertConfig.miniLmL6(), weights);
      return new LongTexts(encoder, DocumentReading.EXACT_TOKENS, weights);
    } catch (IOException | RuntimeException e) {
      weights.close();
      throw e;
    }
  }

  /** A trained cross-encoder, whose adapters are read from a stream that is closed. */
  public static ExportedCrossEncoder crossEncoder(InputStream adapters) throws IOException {
    try (adapters) {
      return crossEncoder(SafetensorsFile.read(adapters));
    }
  }

  /** A trained cross-encoder in int8. Base and adapters make its graph, anew each time. */
  public static ExportedCrossEncoder crossEncoder(SafetensorsFile trained) throws IOException {
    byte[] graph = graph(trained);
    return ExportedCrossEncoder.open(
        CROSS_ENCODER,
        ExportFormat.ONNX,
        () -> new ByteArrayInputStream(graph),
        CrossEncoderFiles.base()::openTokenizer,
        options(trained));
  }

  private static byte[] graph(SafetensorsFile trained) throws IOException {
    try (InputStream onnx = CrossEncoderFiles.base().openModel();
        InputStream int8 = ModelFiles.miniLmInt8().openModel()) {
      Pretrained base = Pretrained.onnx(onnx);
      if (!trained.require(CrossEncoderFiles.BASE_SHA256).equals(base.fingerprint())) {
        throw new IOException(
            "adapters must be of the base model "
                + trained.require(CrossEncoderFiles.BASE_SHA256)
                + ", got: "
                + base.fingerprint());
      }
      return QuantisedCrossEncoder.onnx(int8, base.merge(trained.arrays()));
    }
  }

  /**
   * Writes a trained cross-encoder as an export: {@value #MODEL} and {@value #TOKENIZER}.
   *
   * @param name {@value #CROSS_ENCODER} or a file of {@code curlew train}
   * @param directory made if it is not there
   * @return the longest pair that it was trained on, in tokens
   */
  public static int export(String name, Path directory) throws IOException {
    if (!name.equals(CROSS_ENCODER) && !name.endsWith(ADAPTERS)) {
      throw new BadInputException(
          "--model must be " + CROSS_ENCODER + " or a file of curlew train, got: " + name);
    }
    SafetensorsFile trained;
    try (InputStream adapters =
        name.equals(CROSS_ENCODER)
            ? CrossEncoderFiles.openAdapters()
            : Files.newInputStream(Path.of(name))) {
      trained = SafetensorsFile.read(adapters);
    }
    byte[] graph = graph(trained);
    Files.createDirectories(directory);
    DurableFile.replace(directory.resolve(MODEL), out -> out.write(graph));
    DurableFile.replace(
        directory.resolve(TOKENIZER),
        out -> {
          try (InputStream in = CrossEncoderFiles.base().openTokenizer()) {
            in.transferTo(out);
          }
        });
    return options(trained).maxTokens();
  }

  /** A pair is cut where it was in training, if the file says where. */
  private static CrossEncoderOptions options(SafetensorsFile trained) {
    String tokens = trained.metadata().get(CrossEncoderFiles.MAX_TOKENS);
    return tokens == null
        ? CrossEncoderOptions.defaults()
        : CrossEncoderOptions.defaults().withMaxTokens(Integer.parseInt(tokens));
  }

  private static InteractionModel exported(Path path) throws IOException {
    Path model = path;
    if (Files.isDirectory(path)) {
      model =
          List.of(MODEL, "model.pt").stream()
              .map(path::resolve)
              .filter(Files::isRegularFile)
              .findFirst()
              .orElseThrow(
                  () ->
                      new BadInputException(
                          "model directory must hold model.onnx or model.pt, got: " + path));
    }
    Path tokenizer = model.resolveSibling(TOKENIZER);
    if (!Files.isRegularFile(model) || !Files.isRegularFile(tokenizer)) {
      throw new BadInputException(
          "--model must be "
              + LATE_INTERACTION
              + ", "
              + CROSS_ENCODER
              + ", the path of a model file beside its tokenizer.json or the address of a"
              + " re-ranker, got: "
              + path);
    }
    Path file = model;
    return ExportedCrossEncoder.open(
        ExportedCrossEncoder.NAME,
        ExportFormat.of(file),
        () -> Files.newInputStream(file),
        () -> Files.newInputStream(tokenizer),
        CrossEncoderOptions.defaults());
  }

  /** The model that was asked for, which scores documents as they are read. */
  public InteractionModel model() {
    return model;
  }

  /** Whether that is late interaction. */
  public boolean isLateInteraction() {
    return other == null;
  }

  /** Late interaction itself, which cuts what is longer than it reads. */
  public LateInteractionModel lateInteraction() {
    return lateInteraction;
  }

  /** Late interaction, which scores documents as they are read. */
  public InteractionModel lateScores() {
    return lateScores;
  }

  /** Embeds queries, for the dense first stage. */
  TextEmbedder queryEmbedder() {
    return texts -> lateInteraction.encoder().pooled(TextRole.QUERY, texts);
  }

  /** Embeds documents as they are read. */
  DocumentEmbedder documentEmbedder() {
    return new DocumentEmbedder(lateInteraction.encoder(), reading);
  }

  /**
   * The share of the pairs that the cross-encoder has scored whose document it has cut; null if it
   * has scored none, or does not say.
   */
  @Nullable Double cutPairs() {
    return other instanceof ExportedCrossEncoder pairs && pairs.scoredPairs() > 0
        ? Double.valueOf((double) pairs.truncatedDocuments() / pairs.scoredPairs())
        : null;
  }

  /** The same, and the scores that come with the shipped cross-encoder need no call. */
  InteractionModel withShippedScores() throws IOException {
    ScoreCache scores = ScoreCache.inMemory(SHIPPED);
    try (InputStream in = CrossEncoderFiles.openScores()) {
      scores.add(in, "scores of the cross-encoder");
    }
    return new CachedModel(model(), scores);
  }

  @Override
  public void close() throws IOException {
    lateInteraction.close();
    close(other);
  }

  private static void close(@Nullable InteractionModel model) throws IOException {
    try {
      if (model != null) {
        model.close();
      }
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    }
  }
}
