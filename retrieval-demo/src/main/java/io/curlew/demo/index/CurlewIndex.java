package io.curlew.demo.index;

import io.curlew.attention.scoring.LateInteractionModel;
import io.curlew.cur.anchor.AnchorFile;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.IncompatibleIndexException;
import io.curlew.cur.anchor.Learned;
import io.curlew.cur.model.InteractionModel;
import io.curlew.demo.console.BadInputException;
import io.curlew.lucene.AnchorRowWriter;
import io.curlew.lucene.CurSearcher;
import io.curlew.lucene.DocumentScorer;
import io.curlew.lucene.Feature;
import io.curlew.lucene.StoredTokenVectors;
import io.curlew.lucene.TextEmbedder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.FSDirectory;
import org.jspecify.annotations.Nullable;

/** An index directory opened for searching: Lucene's files, the anchor file, and the model. */
public final class CurlewIndex implements AutoCloseable {

  /** The anchor file inside an index directory. */
  public static final String ANCHOR_FILE = "anchors.curlew";

  public static final String MODEL = "curlew.model";
  public static final String ANCHOR_MODEL = "curlew.anchor.model";
  static final String MODEL_FINGERPRINT = "curlew.model.fingerprint";

  /** Calls of the query model that learning has taken, beside those of the anchor rows. */
  static final String LEARNING_CALLS = "curlew.learning.calls";

  public static final String DATASET = "curlew.dataset";
  public static final String DOCUMENTS = "curlew.documents";
  public static final String SEED = "curlew.seed";

  private final FSDirectory directory;
  private final DirectoryReader reader;
  private final ExecutorService executor;
  private final Models models;
  private final boolean ownsModels;
  private final AnchorSet anchors;
  private final IndexFields fields;
  private final DocumentReading reading;
  private final @Nullable DocumentCuts cuts;
  private final CurSearcher searcher;

  private CurlewIndex(
      FSDirectory directory,
      DirectoryReader reader,
      ExecutorService executor,
      Models models,
      boolean ownsModels,
      AnchorSet anchors)
      throws IOException {
    this.ownsModels = ownsModels;
    this.directory = directory;
    this.reader = reader;
    this.executor = executor;
    this.models = models;
    this.anchors = anchors;
    Map<String, String> description = reader.getIndexCommit().getUserData();
    this.fields = IndexFields.of(description);
    this.reading = DocumentReading.of(description);
    this.cuts = DocumentCuts.of(description);
    this.searcher =
        CurSearcher.open(
            new IndexSearcher(reader, executor), fields.schema(), anchors, fields.text());
  }

  public static Analyzer analyzer() {
    return new EnglishAnalyzer();
  }

  /** Reads the anchors of an index directory. */
  public static AnchorSet anchors(Path index) throws IOException {
    Path file = index.resolve(ANCHOR_FILE);
    if (!Files.isDirectory(index)) {
      throw new BadInputException("index must be a directory, got: " + index);
    }
    if (!Files.isRegularFile(file)) {
      throw new BadInputException("index must hold an anchor file, not there: " + file);
    }
    return AnchorFile.read(file);
  }

  public static CurlewIndex open(Path index) throws IOException {
    return open(index, null);
  }

  /** Opens another index whose model is the same; it must be closed before this one. */
  public CurlewIndex beside(Path other) throws IOException {
    return open(other, models);
  }

  /**
   * Opens an index with the anchors' model, late interaction, in the place of the one that answers
   * queries; what there is to learn is learned anew, from the anchors' own scores.
   *
   * @param judgements of training queries, by their texts: ids of documents and grades
   * @throws BadInputException if the anchors are of another model
   */
  public static CurlewIndex openForLateInteraction(
      Path index, Map<String, Map<String, Integer>> judgements, long seed) throws IOException {
    AnchorSet stored = anchors(index);
    Map<String, String> description = description(index);
    IndexFields fields = IndexFields.of(description);
    Models models = Models.open(Models.LATE_INTERACTION, DocumentReading.of(description));
    try {
      AnchorSet anchors = stored.withQueryModel(models.model().fingerprint());
      if (!anchors.isQueryModel()) {
        throw new BadInputException(
            "anchors must be of late interaction, got: " + anchors.modelFingerprint());
      }
      Learned learned =
          IndexLearning.learn(index, fields, anchors, models, models.model(), judgements, seed);
      return open(index, anchors.withLearned(learned), models, /* ownsModels= */ true);
    } catch (IOException | RuntimeException e) {
      models.close();
      throw e;
    }
  }

  private static CurlewIndex open(Path index, @Nullable Models shared) throws IOException {
    AnchorSet anchors = anchors(index);
    Map<String, String> description = description(index);
    Models models =
        shared == null
            ? Models.open(
                description.getOrDefault(MODEL, Models.LATE_INTERACTION),
                DocumentReading.of(description))
            : shared;
    String pinned = description.get(MODEL_FINGERPRINT);
    if (!models.model().fingerprint().equals(pinned)) {
      throw new IncompatibleIndexException(
          "model must be the one the index was made for, "
              + pinned
              + ", got: "
              + models.model().fingerprint());
    }
    return open(index, anchors, models, /* ownsModels= */ shared == null);
  }

  private static Map<String, String> description(Path index) throws IOException {
    try (FSDirectory directory = FSDirectory.open(index)) {
      return SegmentInfos.readLatestCommit(directory).getUserData();
    }
  }

  private static CurlewIndex open(Path index, AnchorSet anchors, Models models, boolean ownsModels)
      throws IOException {
    FSDirectory directory = FSDirectory.open(index);
    DirectoryReader reader = DirectoryReader.open(directory);
    for (LeafReaderContext leaf : reader.leaves()) {
      leaf.reader().checkIntegrity(); // of every file: a byte that has changed is an error
    }
    ExecutorService executor =
        Executors.newFixedThreadPool(
            Runtime.getRuntime().availableProcessors(),
            task -> {
              Thread thread = new Thread(task, "curlew-scan");
              thread.setDaemon(true);
              return thread;
            });
    return new CurlewIndex(directory, reader, executor, models, ownsModels, anchors);
  }

  /** The fields of the index. */
  public IndexFields fields() {
    return fields;
  }

  /** How its documents are read. */
  public DocumentReading reading() {
    return reading;
  }

  /** What late interaction has not read of its documents, or null where that is not known. */
  public @Nullable DocumentCuts cuts() {
    return cuts;
  }

  /**
   * The share of the pairs that its cross-encoder has scored whose document it has cut; null if it
   * has scored none or the model is none.
   */
  public @Nullable Double cutPairs() {
    return models.cutPairs();
  }

  /** What the index takes on disk, its anchor file included. */
  public long bytes() throws IOException {
    long bytes = 0;
    for (String file : directory.listAll()) {
      bytes += directory.fileLength(file);
    }
    return bytes;
  }

  public CurSearcher searcher() {
    return searcher;
  }

  /** The same index searched with another model of exact scores; nothing is learned of it. */
  public CurSearcher searcherFor(InteractionModel model) throws IOException {
    return searcher.withAnchors(anchors.withQueryModel(model.fingerprint()));
  }

  public AnchorSet anchors() {
    return anchors;
  }

  public InteractionModel model() {
    return models.model();
  }

  /** Exact scores, out of token vectors where the index stores them, else by its model. */
  public DocumentScorer scorer() {
    return scorer(model());
  }

  /**
   * Exact scores, out of token vectors where the index stores them, else by a model.
   *
   * @param texts the index's model, or one in its place
   */
  public DocumentScorer scorer(InteractionModel texts) {
    String tokens = fields.tokens();
    return tokens == null
        ? DocumentScorer.of(fields.text(), texts)
        : new StoredTokenVectors(tokens, lateInteraction());
  }

  /** Whether its model is late interaction. */
  public boolean isLateInteraction() {
    return models.isLateInteraction();
  }

  /** Late interaction, which scores documents as they are read. */
  public InteractionModel lateScores() {
    return models.lateScores();
  }

  /** Ranks by token vectors; its encoder makes the vectors of the dense first stage. */
  public LateInteractionModel lateInteraction() {
    return models.lateInteraction();
  }

  /** What the index has cost in calls: of the anchor model, and of the query model to learn. */
  public long calls() throws IOException {
    boolean learned = !anchors.isQueryModel();
    return Long.parseLong(description(AnchorRowWriter.CALLS, "0"))
        + (learned ? Long.parseLong(description(LEARNING_CALLS, "0")) : 0);
  }

  public String description(String key, String missing) throws IOException {
    return reader.getIndexCommit().getUserData().getOrDefault(key, missing);
  }

  /** First stages by name. */
  public static final List<String> FIRST_STAGES = List.of("hybrid", Feature.BM25, Feature.DENSE);

  /** Checks the name of a first stage. */
  public static void checkFirstStage(String name) {
    if (!FIRST_STAGES.contains(name)) {
      throw new BadInputException("first stage must be one of " + FIRST_STAGES + ", got: " + name);
    }
  }

  /** The features of a first stage: BM25, dense retrieval, or both. */
  public List<Feature> features(String firstStage, TextEmbedder embedder) {
    return fields.features(firstStage, embedder);
  }

  /** Both features. */
  public List<Feature> features() {
    return features("hybrid", queryEmbedder());
  }

  public TextEmbedder queryEmbedder() {
    return models.queryEmbedder();
  }

  /** Embeds texts of documents, as they are read: their dense vectors. */
  public TextEmbedder documentEmbedder() {
    return models.documentEmbedder();
  }

  @Override
  public void close() throws IOException {
    if (ownsModels) {
      models.close();
    }
    executor.shutdown();
    reader.close();
    directory.close();
  }
}
