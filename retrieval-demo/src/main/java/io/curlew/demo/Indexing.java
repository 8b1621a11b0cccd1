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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.lucene.store.FSDirectory;
import org.jspecify.annotations.Nullable;

/**
 * Makes an index out of a data set, or adds one to an index. A new index is built under a temporary
 * name and moved into place; an addition is one commit.
 *
 * @param datasetName as on the command line
 * @param documentCount as on the command line
 * @param anchorCount how many anchor queries are wanted
 * @param anchorSelection how they are chosen among candidates
 * @param anchorQueries a file of anchor queries, or null
 */
record Indexing(
    String datasetName,
    String documentCount,
    Path index,
    int anchorCount,
    AnchorSelection anchorSelection,
    @Nullable Path anchorQueries,
    String modelName,
    long seed) {

  private static final int BATCH = 512;

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
    delete(temporary);
    try (LateInteractionModel model = Models.open(modelName, LateInteractionOptions.defaults())) {
      Files.createDirectories(temporary);
      AnchorChoice.Chosen chosen = choice.choose(candidates, documents, model);
      AnchorFile.write(chosen.anchors(), temporary.resolve(CurlewIndex.ANCHOR_FILE));
      write(temporary, chosen.anchors(), model, documents, chosen.calls());
      delete(index);
      Files.move(temporary, index);
    } finally {
      delete(temporary);
    }
  }

  void append() throws IOException {
    AnchorSet anchors = CurlewIndex.anchors(index);
    Dataset dataset = Datasets.open(datasetName, documentCount, seed);
    List<Document> documents = dataset.documents();
    long calls;
    try (CurlewIndex existing = CurlewIndex.open(index)) {
      calls = Long.parseLong(existing.description(CurlewIndex.INDEX_CALLS, "0"));
    }
    try (LateInteractionModel model = Models.open(modelName, LateInteractionOptions.defaults())) {
      write(index, anchors, model, documents, calls);
    }
  }

  private void write(
      Path path,
      AnchorSet anchors,
      LateInteractionModel model,
      List<Document> documents,
      long callsBefore)
      throws IOException {
    try (FSDirectory directory = FSDirectory.open(path);
        CurIndexWriter writer =
            CurIndexWriter.open(
                directory,
                CurSchema.DEFAULT,
                CurlewIndex.analyzer(),
                anchors,
                model,
                texts -> model.encoder().pooled(TextRole.DOCUMENT, texts));
        Progress progress = Progress.start("Index", documents.size())) {
      for (int from = 0; from < documents.size(); from += BATCH) {
        List<Document> batch = documents.subList(from, Math.min(documents.size(), from + BATCH));
        writer.add(batch.stream().map(d -> new CurDocument(d.id(), d.text())).toList());
        progress.step(batch.size());
      }
      writer.commit(
          Map.of(
              CurlewIndex.MODEL,
              modelName,
              CurlewIndex.MODEL_FINGERPRINT,
              model.fingerprint(),
              CurlewIndex.DATASET,
              datasetName,
              CurlewIndex.DOCUMENTS,
              documentCount,
              CurlewIndex.SEED,
              Long.toString(seed),
              CurlewIndex.INDEX_CALLS,
              Long.toString(callsBefore + writer.calls())));
    }
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
