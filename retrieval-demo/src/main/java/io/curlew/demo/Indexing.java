package io.curlew.demo;

import io.curlew.attention.scoring.LateInteractionModel;
import io.curlew.attention.scoring.LateInteractionOptions;
import io.curlew.attention.scoring.TextRole;
import io.curlew.cur.AnchorFile;
import io.curlew.cur.AnchorSet;
import io.curlew.data.Dataset;
import io.curlew.data.Document;
import io.curlew.data.PseudoQueries;
import io.curlew.data.TextQuery;
import io.curlew.lucene.CurDocument;
import io.curlew.lucene.CurIndexWriter;
import io.curlew.lucene.CurSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
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
 * @param anchorQueries a file of anchor queries, or null
 */
record Indexing(
    String datasetName,
    String documentCount,
    Path index,
    int anchorCount,
    @Nullable Path anchorQueries,
    String modelName,
    long seed) {

  private static final int BATCH = 512;
  private static final int SAMPLE = 2000; // a few times the anchors, for their statistics

  void create() throws IOException {
    checkAnchorCount();
    if (Files.exists(index) && !isEmpty(index) && !isCurlewIndex(index)) {
      throw new BadInputException(
          "index directory must be new, empty or an index of Curlew, got: " + index);
    }
    Dataset dataset = Datasets.open(datasetName, documentCount, seed);
    List<Document> documents = dataset.documents();
    List<String> queries = anchorQueries(dataset, documents);
    Path temporary = index.resolveSibling(index.getFileName() + ".tmp");
    delete(temporary);
    try (LateInteractionModel model = Models.open(modelName, LateInteractionOptions.defaults())) {
      Files.createDirectories(temporary);
      AnchorSet anchors = AnchorSet.create(queries, model, sample(documents));
      AnchorFile.write(anchors, temporary.resolve(CurlewIndex.ANCHOR_FILE));
      write(temporary, anchors, model, documents, (long) queries.size() * sample(documents).size());
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

  private void checkAnchorCount() {
    if (anchorCount < 1 || anchorCount > AnchorSet.MAX_ANCHORS) {
      throw new BadInputException(
          "--anchors must be between 1 and " + AnchorSet.MAX_ANCHORS + ", got: " + anchorCount);
    }
  }

  private List<String> anchorQueries(Dataset dataset, List<Document> documents) throws IOException {
    Set<String> evaluated = new HashSet<>();
    for (TextQuery query : testQueries(dataset)) {
      evaluated.add(query.text());
    }
    List<String> given =
        anchorQueries == null ? dataset.anchorQueryCandidates() : Files.readAllLines(anchorQueries);
    LinkedHashSet<String> distinct = new LinkedHashSet<>();
    for (String query : given) {
      if (!query.isBlank() && !evaluated.contains(query.strip())) {
        distinct.add(query.strip());
      }
    }
    List<String> queries = new ArrayList<>(distinct);
    if (anchorQueries == null) {
      Collections.shuffle(queries, new Random(seed));
    }
    queries = new ArrayList<>(queries.subList(0, Math.min(anchorCount, queries.size())));
    if (queries.size() < anchorCount) {
      Set<String> exclude = new HashSet<>(evaluated);
      exclude.addAll(queries);
      List<String> cut = PseudoQueries.cut(documents, anchorCount - queries.size(), seed, exclude);
      Progress.log(cut.size() + " of the anchor queries are spans cut out of documents");
      queries.addAll(cut);
    }
    if (queries.isEmpty()) {
      throw new BadInputException("anchor queries must be at least 1, the data set gives: 0");
    }
    if (queries.size() < anchorCount) {
      Progress.log(
          "warning: " + anchorCount + " anchor queries asked for, " + queries.size() + " found");
    }
    return queries;
  }

  /** The queries that an evaluation would use; a data set need not have any. */
  private static List<TextQuery> testQueries(Dataset dataset) {
    try {
      return dataset.testQueries();
    } catch (IOException e) {
      return List.of();
    }
  }

  private List<String> sample(List<Document> documents) {
    List<String> texts = new ArrayList<>(documents.stream().map(Document::text).toList());
    Collections.shuffle(texts, new Random(seed));
    return texts.subList(0, Math.min(SAMPLE, texts.size()));
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
