package io.curlew.demo.index;

import io.curlew.attention.scoring.LateInteractionOptions;
import io.curlew.attention.scoring.TextRole;
import io.curlew.attention.scoring.TokenEncoder;
import io.curlew.cur.anchor.AnchorFile;
import io.curlew.cur.anchor.AnchorSelection;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.model.InteractionModel;
import io.curlew.data.Dataset;
import io.curlew.data.Document;
import io.curlew.demo.console.BadInputException;
import io.curlew.demo.console.Progress;
import io.curlew.lucene.CurDocument;
import io.curlew.lucene.CurIndexWriter;
import io.curlew.lucene.CurSchema;
import io.curlew.lucene.IndexingListener;
import io.curlew.lucene.IndexingOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.lucene.store.FSDirectory;
import org.jspecify.annotations.Nullable;

/**
 * Makes an index out of a data set, or adds one to an index. A new index is built under a temporary
 * name and moved into place; killed and started again, it goes on where its last commit was. An
 * addition is one commit.
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
 * @param bytes whether anchor rows are stored in a byte per value
 * @param cache file of the anchor model's scores, or null to forget them
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
    boolean bytes,
    @Nullable Path cache,
    long seed) {

  private static final int BATCH = 512;
  private static final int COMMIT_EVERY = 8192;
  private static final String MANIFEST = "indexing.txt";

  public Indexing {
    if (!anchorModelName.equals(modelName) && !anchorModelName.equals(Models.LATE_INTERACTION)) {
      throw new BadInputException(
          "--anchor-model must be --model or "
              + Models.LATE_INTERACTION
              + ", got: "
              + anchorModelName);
    }
  }

  public void create() throws IOException {
    AnchorChoice choice =
        new AnchorChoice(
            anchorCount, anchorSelection, anchorQueries, seed, dimensions, rowBytes, bytes);
    if (Files.exists(index) && !isEmpty(index) && !isCurlewIndex(index)) {
      throw new BadInputException(
          "index directory must be new, empty or an index of Curlew, got: " + index);
    }
    Dataset dataset = Datasets.open(datasetName, documentCount, seed);
    List<Document> documents = dataset.documents();
    List<String> candidates = choice.candidates(dataset, documents);
    Path temporary = index.resolveSibling(index.getFileName() + ".tmp");
    try (Models models = Models.open(modelName, LateInteractionOptions.defaults());
        @Nullable SavedScores saved = saved(models)) {
      InteractionModel model = saved == null ? anchorModel(models) : saved;
      Path manifest = temporary.resolve(MANIFEST);
      String job = job(candidates, documents, models);
      boolean resumed = Files.isRegularFile(manifest) && Files.readString(manifest).equals(job);
      long calls = 0;
      AnchorSet anchors;
      if (resumed) {
        Progress.log("resuming the index that was begun in " + temporary);
        anchors = AnchorFile.read(temporary.resolve(CurlewIndex.ANCHOR_FILE));
      } else {
        delete(temporary);
        Files.createDirectories(temporary);
        AnchorChoice.Chosen chosen = choice.choose(candidates, documents, model);
        anchors = chosen.anchors().withQueryModel(models.model().fingerprint());
        calls = chosen.calls();
        AnchorFile.write(anchors, temporary.resolve(CurlewIndex.ANCHOR_FILE));
      }
      try (FSDirectory directory = FSDirectory.open(temporary);
          Progress progress = Progress.start("Index", documents.size());
          CurIndexWriter writer = writer(directory, anchors, model, models, progress)) {
        if (!resumed) {
          writer.commit(Map.of(CurIndexWriter.CALLS, Long.toString(calls)));
          Files.writeString(manifest, job);
        }
        writer.addStream("create", stream(documents));
        writer.commit(description(models));
      }
      replace(temporary);
      reportCuts(models);
    } finally {
      delete(temporary); // not reached when killed: what is there then is gone on with
    }
  }

  /** Killed at any moment it leaves the old index, the new one, or the new one to be resumed. */
  private void replace(Path temporary) throws IOException {
    Path old = index.resolveSibling(index.getFileName() + ".old");
    delete(old);
    if (Files.exists(index)) {
      Files.move(index, old);
    }
    Files.move(temporary, index);
    Files.delete(index.resolve(MANIFEST));
    delete(old);
  }

  public void append() throws IOException {
    AnchorSet anchors = CurlewIndex.anchors(index);
    Dataset dataset = Datasets.open(datasetName, documentCount, seed);
    List<Document> documents = dataset.documents();
    CurlewIndex.open(index).close(); // its model is this one
    try (Models models = Models.open(modelName, LateInteractionOptions.defaults());
        FSDirectory directory = FSDirectory.open(index);
        Progress progress = Progress.start("Index", documents.size());
        CurIndexWriter writer = writer(directory, anchors, anchorModel(models), models, progress)) {
      for (int from = 0; from < documents.size(); from += BATCH) {
        List<Document> batch = documents.subList(from, Math.min(documents.size(), from + BATCH));
        writer.add(batch.stream().map(Indexing::curDocument).toList());
      }
      writer.commit(description(models));
      reportCuts(models);
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
  private InteractionModel anchorModel(Models models) {
    return anchorModelName.equals(modelName) ? models.model() : models.lateInteraction();
  }

  private @Nullable SavedScores saved(Models models) throws IOException {
    return cache == null ? null : SavedScores.open(anchorModel(models), cache);
  }

  private CurIndexWriter writer(
      FSDirectory directory,
      AnchorSet anchors,
      InteractionModel model,
      Models models,
      Progress progress)
      throws IOException {
    IndexingListener listener =
        new IndexingListener() {
          @Override
          public void scored(int count, long calls, long nanos) {
            progress.step(count);
          }
        };
    return CurIndexWriter.open(
        directory,
        CurSchema.DEFAULT,
        CurlewIndex.analyzer(),
        anchors,
        model,
        texts -> models.lateInteraction().encoder().pooled(TextRole.DOCUMENT, texts),
        IndexingOptions.DEFAULT.withBatches(BATCH, COMMIT_EVERY).withListener(listener));
  }

  private static Iterator<CurDocument> stream(List<Document> documents) {
    return documents.stream().map(Indexing::curDocument).iterator();
  }

  private static CurDocument curDocument(Document document) {
    return new CurDocument(document.id(), document.text());
  }

  private Map<String, String> description(Models models) {
    return Map.of(
        CurlewIndex.MODEL,
        modelName,
        CurlewIndex.MODEL_FINGERPRINT,
        models.model().fingerprint(),
        CurlewIndex.ANCHOR_MODEL,
        anchorModelName,
        CurlewIndex.DATASET,
        datasetName,
        CurlewIndex.DOCUMENTS,
        documentCount,
        CurlewIndex.SEED,
        Long.toString(seed));
  }

  private static void reportCuts(Models models) {
    TokenEncoder encoder = models.lateInteraction().encoder();
    if (encoder.truncatedDocuments() > 0) {
      Progress.log(
          encoder.truncatedDocuments()
              + " documents were cut at 128 tokens, "
              + encoder.droppedTokens()
              + " tokens dropped");
    }
  }

  private static boolean isEmpty(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return false;
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.findAny().isEmpty();
    }
  }

  private static boolean isCurlewIndex(Path directory) {
    return Files.isRegularFile(directory.resolve(CurlewIndex.ANCHOR_FILE));
  }

  private static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
