package io.curlew.demo.index;

import io.curlew.cur.anchor.AnchorFile;
import io.curlew.cur.anchor.AnchorSelection;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.model.InteractionModel;
import io.curlew.data.Dataset;
import io.curlew.data.Document;
import io.curlew.demo.console.BadInputException;
import io.curlew.demo.console.Progress;
import io.curlew.lucene.AnchorRowWriter;
import io.curlew.lucene.ComputedField;
import io.curlew.lucene.IndexingListener;
import io.curlew.lucene.IndexingOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.lucene.store.FSDirectory;
import org.jspecify.annotations.Nullable;

/**
 * Makes an index out of a data set, or adds one to an index. A new index is built beside the one
 * that is there; ended early, by a failure or killed, and started again, it goes on where its last
 * commit was. An addition is one commit.
 *
 * @param datasetName as on the command line
 * @param documentCount as on the command line
 * @param anchorCount how many anchor queries are wanted
 * @param anchorSelection how they are chosen among candidates
 * @param anchorQueries a file of anchor queries, or null
 * @param modelName of the model that answers queries
 * @param anchorModelName of the model that scores documents against anchors: the same, or a cheap
 *     one
 * @param dimensions that the index holds of each anchor row, or {@link AnchorChoice#WHOLE}
 * @param rowBytes that each anchor row is quantised to, or {@link AnchorChoice#WHOLE}
 * @param bytes whether anchor rows are stored in a byte per value or in floats; bytes if null
 * @param cache file of the anchor model's scores, or null to forget them
 * @param tokens whether token vectors are stored, of late interaction
 * @param reading how documents are read; what is added is read as the index's other documents are
 */
public record Indexing(
    String datasetName,
    String documentCount,
    Path index,
    int anchorCount,
    AnchorSelection anchorSelection,
    @Nullable Path anchorQueries,
    String modelName,
    String anchorModelName,
    int dimensions,
    int rowBytes,
    @Nullable Boolean bytes,
    @Nullable Path cache,
    boolean tokens,
    DocumentReading reading,
    long seed) {

  private static final int COMMIT = 8192;

  public Indexing {
    Models.checkAnchorModel(anchorModelName, modelName);
    reading.checkStored(tokens);
  }

  /** An index of whole rows by late interaction, with anchors taken as they come. */
  public static Indexing plain(
      String datasetName,
      String documentCount,
      Path index,
      String modelName,
      int anchorCount,
      long seed) {
    return new Indexing(
        datasetName,
        documentCount,
        index,
        anchorCount,
        AnchorSelection.UNIFORM,
        null,
        modelName,
        Models.LATE_INTERACTION,
        AnchorChoice.WHOLE,
        AnchorChoice.WHOLE,
        null,
        null,
        /* tokens= */ false,
        DocumentReading.DEFAULT,
        seed);
  }

  /** Makes the index, in the place of the one that is there. */
  public void create() throws IOException {
    create(() -> Models.open(modelName, reading), batches(reading));
  }

  private static IndexingOptions batches(DocumentReading reading) {
    return IndexingOptions.DEFAULT.withBatches(reading.batch(), COMMIT);
  }

  /** Opens the models, which is not done for bad input. */
  interface ModelSource {
    Models open() throws IOException;
  }

  void create(ModelSource source, IndexingOptions batches) throws IOException {
    AnchorChoice choice =
        new AnchorChoice(
            anchorCount, anchorSelection, anchorQueries, seed, dimensions, rowBytes, bytes);
    try (IndexDirectory place = IndexDirectory.take(index)) {
      place.requireReplaceable();
      Dataset dataset = Datasets.open(datasetName, documentCount, seed);
      List<Document> documents = dataset.documents();
      List<String> candidates = choice.candidates(dataset, documents);
      try (Models models = source.open();
          @Nullable SavedScores saved = saved(models)) {
        InteractionModel model = saved == null ? anchorModel(models) : saved;
        DocumentCuts cuts = build(place, choice, candidates, dataset, models, model, batches);
        place.replace();
        cuts.report(reading);
      } catch (IOException | RuntimeException e) {
        place.fail(e);
        throw e;
      }
    }
  }

  /**
   * Builds beside the place, or goes on with what a run that ended early has built there.
   *
   * @return what was cut of the documents of this run
   */
  private DocumentCuts build(
      IndexDirectory place,
      AnchorChoice choice,
      List<String> candidates,
      Dataset dataset,
      Models models,
      InteractionModel model,
      IndexingOptions batches)
      throws IOException {
    List<Document> documents = dataset.documents();
    Path anchorFile = place.building().resolve(CurlewIndex.ANCHOR_FILE);
    String job = job(candidates, documents, models);
    boolean resumed = place.resumes(job, anchorFile) && place.hasCommit();
    long calls = 0;
    AnchorSet anchors;
    if (resumed) {
      Progress.log("resuming the index that was begun in " + place.building());
      anchors = AnchorFile.read(anchorFile);
    } else {
      place.begin(job);
      AnchorChoice.Chosen chosen = choice.choose(candidates, documents, model);
      anchors = chosen.anchors().withQueryModel(models.model().fingerprint());
      calls = chosen.calls();
      AnchorFile.write(anchors, anchorFile);
    }
    Map<String, Map<String, Integer>> queries = trainingQueries(dataset, documents, candidates);
    IndexFields fields = tokens ? IndexFields.DEFAULT.withTokens() : IndexFields.DEFAULT;
    Map<String, String> description = new HashMap<>(fields.userData());
    description.putAll(description(models, reading));
    description.put(
        CurlewIndex.LEARNING_CALLS,
        Long.toString(IndexLearning.calls(anchors, documents.size(), queries)));
    DocumentEmbedder embedder = models.documentEmbedder();
    try (FSDirectory directory = FSDirectory.open(place.building());
        Progress progress = Progress.start("Index", documents.size());
        DatasetWriter writer =
            writer(
                directory,
                fields.rows(anchors, model, models.lateInteraction()),
                embedder,
                batches,
                progress)) {
      if (!resumed) {
        writer.commit(Map.of(AnchorRowWriter.CALLS, Long.toString(calls)));
      }
      writer.addStream("create", documents);
      description.putAll(embedder.cuts().userData());
      writer.commit(description);
    }
    AnchorFile.write(
        anchors.withLearned(
            IndexLearning.learn(
                place.building(),
                fields,
                anchors,
                models,
                models.withShippedScores(),
                queries,
                seed)),
        anchorFile);
    return embedder.cuts();
  }

  /** Judged training queries; where there are none, queries cut out of documents. */
  private Map<String, Map<String, Integer>> trainingQueries(
      Dataset dataset, List<Document> documents, List<String> candidates) throws IOException {
    Map<String, Map<String, Integer>> queries = Datasets.trainJudgements(dataset);
    return queries.isEmpty()
        ? IndexLearning.cut(documents, AnchorChoice.evaluated(dataset), candidates, seed)
        : queries;
  }

  /** Adds the documents to the index that is there, whose models these are. */
  public void append() throws IOException {
    try (IndexDirectory place = IndexDirectory.take(index)) {
      AnchorSet anchors = CurlewIndex.anchors(place.path());
      List<Document> documents = Datasets.open(datasetName, documentCount, seed).documents();
      IndexFields fields;
      DocumentReading same;
      @Nullable DocumentCuts before;
      try (CurlewIndex there = CurlewIndex.open(place.path())) {
        requireSame("--model", modelName, there.description(CurlewIndex.MODEL, modelName));
        requireSame(
            "--anchor-model",
            anchorModelName,
            there.description(CurlewIndex.ANCHOR_MODEL, anchorModelName));
        fields = there.fields();
        same = there.reading();
        before = there.cuts();
        if (!fields.equals(IndexFields.DEFAULT)
            && !fields.equals(IndexFields.DEFAULT.withTokens())) {
          throw new BadInputException(
              "--append needs an index made of a data set, it was made with --from-lucene: "
                  + index);
        }
      }
      try (Models models = Models.open(modelName, same)) {
        DocumentEmbedder embedder = models.documentEmbedder();
        try (FSDirectory directory = FSDirectory.open(place.path());
            Progress progress = Progress.start("Index", documents.size());
            DatasetWriter writer =
                writer(
                    directory,
                    fields.rows(anchors, anchorModel(models), models.lateInteraction()),
                    embedder,
                    batches(same),
                    progress)) {
          writer.add(documents);
          writer.flush();
          Map<String, String> description = description(models, same);
          if (before != null) {
            description.putAll(before.plus(embedder.cuts()).userData());
          }
          writer.commit(description);
        }
        embedder.cuts().report(same);
      }
    }
  }

  private static void requireSame(String option, String given, String there) {
    if (!given.equals(there)) {
      throw new BadInputException(
          "--append needs the index's " + option + " " + there + ", got: " + given);
    }
  }

  /** All that a resumed run must have in common with the one that was killed. */
  private String job(List<String> candidates, List<Document> documents, Models models) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      Consumer<String> add =
          text -> {
            digest.update(text.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
          };
      candidates.forEach(add);
      for (Document document : documents) {
        add.accept(document.id());
        add.accept(document.text());
      }
      String content = HexFormat.of().formatHex(digest.digest());
      return this + "\n" + models.model().fingerprint() + "\n" + content + "\n";
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /** The model of the anchors; opened with the one of the queries. */
  static InteractionModel anchorModel(String anchorModelName, String modelName, Models models) {
    return anchorModelName.equals(modelName) ? models.model() : models.lateScores();
  }

  private InteractionModel anchorModel(Models models) {
    return anchorModel(anchorModelName, modelName, models);
  }

  private @Nullable SavedScores saved(Models models) throws IOException {
    return cache == null ? null : SavedScores.open(anchorModel(models), cache);
  }

  private DatasetWriter writer(
      FSDirectory directory,
      ComputedField rows,
      DocumentEmbedder embedder,
      IndexingOptions batches,
      Progress progress)
      throws IOException {
    IndexingListener listener =
        new IndexingListener() {
          @Override
          public void scored(int count, long calls, long nanos) {
            progress.step(count);
          }
        };
    return DatasetWriter.open(directory, rows, embedder, batches.withListener(listener));
  }

  private Map<String, String> description(Models models, DocumentReading of) {
    Map<String, String> description = description(modelName, anchorModelName, models, of);
    description.putAll(
        Map.of(
            CurlewIndex.DATASET,
            datasetName,
            CurlewIndex.DOCUMENTS,
            documentCount,
            CurlewIndex.SEED,
            Long.toString(seed)));
    return description;
  }

  /** What an index says of its models, and of how they read. */
  static Map<String, String> description(
      String modelName, String anchorModelName, Models models, DocumentReading reading) {
    Map<String, String> description = new HashMap<>(reading.userData());
    description.put(CurlewIndex.MODEL, modelName);
    description.put(CurlewIndex.MODEL_FINGERPRINT, models.model().fingerprint());
    description.put(CurlewIndex.ANCHOR_MODEL, anchorModelName);
    return description;
  }
}
