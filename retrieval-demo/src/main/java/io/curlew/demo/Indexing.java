package io.curlew.demo;

import io.curlew.attention.scoring.LateInteractionModel;
import io.curlew.attention.scoring.LateInteractionOptions;
import io.curlew.attention.scoring.TextRole;
import io.curlew.cur.AnchorFile;
import io.curlew.cur.AnchorSelection;
import io.curlew.cur.AnchorSet;
import io.curlew.data.Dataset;
import io.curlew.data.Document;
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
 * @param bytes whether anchor rows are stored as bytes
 */
record Indexing(
    String datasetName,
    String documentCount,
    Path index,
    int anchorCount,
    AnchorSelection anchorSelection,
    @Nullable Path anchorQueries,
    String modelName,
    boolean bytes,
    long seed) {

  private static final int BATCH = 512;
  private static final int COMMIT_EVERY = 8192;
  private static final String MANIFEST = "indexing.txt";

  void create() throws IOException {
    AnchorChoice choice = new AnchorChoice(anchorCount, anchorSelection, anchorQueries, seed);
    if (Files.exists(index) && !isEmpty(index) && !isCurlewIndex(index)) {
      throw new BadInputException(
          "index directory must be new, empty or an index of Curlew, got: " + index);
    }
    Dataset dataset = Datasets.open(datasetName, documentCount, seed);
    List<Document> documents = dataset.documents();
    List<String> candidates = choice.candidates(dataset, documents);
    Path temporary = index.resolveSibling(index.getFileName() + ".tmp");
    try (LateInteractionModel model = Models.open(modelName, LateInteractionOptions.defaults())) {
      Path manifest = temporary.resolve(MANIFEST);
      String job = job(candidates, documents, model);
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
        anchors = chosen.anchors();
        calls = chosen.calls();
        AnchorFile.write(anchors, temporary.resolve(CurlewIndex.ANCHOR_FILE));
      }
      try (FSDirectory directory = FSDirectory.open(temporary);
          Progress progress = Progress.start("Index", documents.size());
          CurIndexWriter writer = writer(directory, anchors, model, progress)) {
        if (!resumed) {
          writer.commit(Map.of(CurIndexWriter.CALLS, Long.toString(calls)));
          Files.writeString(manifest, job);
        }
        writer.addStream("create", stream(documents));
        writer.commit(description(model));
      }
      Files.delete(manifest);
      delete(index);
      Files.move(temporary, index);
      reportCuts(model);
    } finally {
      delete(temporary); // not reached when killed: what is there then is gone on with
    }
  }

  void append() throws IOException {
    AnchorSet anchors = CurlewIndex.anchors(index);
    Dataset dataset = Datasets.open(datasetName, documentCount, seed);
    List<Document> documents = dataset.documents();
    CurlewIndex.open(index).close(); // its model is this one
    try (LateInteractionModel model = Models.open(modelName, LateInteractionOptions.defaults());
        FSDirectory directory = FSDirectory.open(index);
        Progress progress = Progress.start("Index", documents.size());
        CurIndexWriter writer = writer(directory, anchors, model, progress)) {
      for (int from = 0; from < documents.size(); from += BATCH) {
        List<Document> batch = documents.subList(from, Math.min(documents.size(), from + BATCH));
        writer.add(batch.stream().map(Indexing::curDocument).toList());
      }
      writer.commit(description(model));
      reportCuts(model);
    }
  }

  /** All that a resumed run must have in common with the one that was killed. */
  private String job(
      List<String> candidates, List<Document> documents, LateInteractionModel model) {
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
      return this + "\n" + model.fingerprint() + "\n" + content + "\n";
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  private CurIndexWriter writer(
      FSDirectory directory, AnchorSet anchors, LateInteractionModel model, Progress progress)
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
        texts -> model.encoder().pooled(TextRole.DOCUMENT, texts),
        IndexingOptions.DEFAULT
            .withBytes(bytes)
            .withBatches(BATCH, COMMIT_EVERY)
            .withListener(listener));
  }

  private static Iterator<CurDocument> stream(List<Document> documents) {
    return documents.stream().map(Indexing::curDocument).iterator();
  }

  private static CurDocument curDocument(Document document) {
    return new CurDocument(document.id(), document.text());
  }

  private Map<String, String> description(LateInteractionModel model) {
    return Map.of(
        CurlewIndex.MODEL,
        modelName,
        CurlewIndex.MODEL_FINGERPRINT,
        model.fingerprint(),
        CurlewIndex.DATASET,
        datasetName,
        CurlewIndex.DOCUMENTS,
        documentCount,
        CurlewIndex.SEED,
        Long.toString(seed));
  }

  private static void reportCuts(LateInteractionModel model) {
    if (model.encoder().truncatedDocuments() > 0) {
      Progress.log(
          model.encoder().truncatedDocuments()
              + " documents were cut at 128 tokens, "
              + model.encoder().droppedTokens()
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
