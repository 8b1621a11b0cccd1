package io.curlew.demo.index;

import io.curlew.cur.anchor.AnchorFile;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.model.InteractionModel;
import io.curlew.data.Document;
import io.curlew.demo.console.BadInputException;
import io.curlew.demo.console.Progress;
import io.curlew.lucene.AnchorRowWriter;
import io.curlew.lucene.AnchoredCopy;
import io.curlew.lucene.ComputedField;
import io.curlew.lucene.IndexingListener;
import io.curlew.lucene.IndexingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.store.FSDirectory;
import org.jspecify.annotations.Nullable;

/**
 * Makes an index out of one that exists: a copy of it with anchor rows and vectors of the
 * late-interaction encoder. Ended early, by a failure or killed, and started again, it goes on with
 * the rows that it has. Vectors that are in the index stay there and are not used: nothing is known
 * of what made them.
 *
 * @param source an index of Lucene, which is only read
 * @param fields of the new index
 * @param index where it is made
 * @param choice of the anchors, whose queries are from a file or cut out of texts
 * @param modelName of the model that answers queries
 * @param anchorModelName of the model that scores documents against anchors
 * @param cache file of the anchor model's scores, or null to forget them
 * @param reading how documents are read
 */
public record LuceneIndexing(
    Path source,
    IndexFields fields,
    Path index,
    AnchorChoice choice,
    String modelName,
    String anchorModelName,
    @Nullable Path cache,
    DocumentReading reading) {

  /** Documents that anchor queries are cut out of and chosen by. */
  private static final int SAMPLE = 20_000;

  public LuceneIndexing {
    Models.checkAnchorModel(anchorModelName, modelName);
    reading.checkStored(fields.tokens() != null);
  }

  /** Makes the index, in the place of the one that is there. */
  public void create() throws IOException {
    create(
        () -> Models.open(modelName, reading),
        IndexingOptions.DEFAULT.withBatches(reading.batch(), reading.batch()));
  }

  void create(Indexing.ModelSource models, IndexingOptions batches) throws IOException {
    try (IndexDirectory place = IndexDirectory.take(index)) {
      place.requireReplaceable();
      if (Files.exists(place.path()) && Files.isSameFile(source, place.path())) {
        throw new BadInputException("--index must not be --from-lucene, got: " + index);
      }
      if (!Files.isDirectory(source)) {
        throw new BadInputException("--from-lucene must be a directory, got: " + source);
      }
      try (FSDirectory from = FSDirectory.open(source)) {
        if (!DirectoryReader.indexExists(from)) {
          throw new BadInputException("--from-lucene must be an index of Lucene, got: " + source);
        }
        List<Document> sample = sample(from);
        try (Models opened = models.open()) {
          DocumentCuts cuts = copy(place, from, sample, opened, batches);
          place.replace();
          cuts.report(reading);
        } catch (IOException | RuntimeException e) {
          place.fail(e);
          throw e;
        }
      }
    }
  }

  private List<Document> sample(FSDirectory from) throws IOException {
    List<Document> sample = new ArrayList<>();
    for (String text : AnchoredCopy.sampleTexts(from, fields.texts(), SAMPLE, choice.seed())) {
      sample.add(new Document(Integer.toString(sample.size()), text));
    }
    return sample;
  }

  /** Copies, and says what was cut of the documents of this run. */
  private DocumentCuts copy(
      IndexDirectory place,
      FSDirectory from,
      List<Document> sample,
      Models models,
      IndexingOptions batches)
      throws IOException {
    InteractionModel plain = Indexing.anchorModel(anchorModelName, modelName, models);
    try (@Nullable SavedScores saved = cache == null ? null : SavedScores.open(plain, cache)) {
      InteractionModel model = saved == null ? plain : saved;
      long documents = AnchoredCopy.check(from, fields.texts(), fields.id(), added());
      List<String> candidates = choice.candidates(List.of(), Set.of(), sample);
      Path anchorFile = place.building().resolve(CurlewIndex.ANCHOR_FILE);
      String job = job(models);
      AnchorSet anchors;
      if (place.resumes(job, anchorFile)) {
        Progress.log("resuming the index that was begun in " + place.building());
        anchors = AnchorFile.read(anchorFile);
      } else {
        place.begin(job);
        anchors =
            choice
                .choose(candidates, sample, model)
                .anchors()
                .withQueryModel(models.model().fingerprint());
        AnchorFile.write(anchors, anchorFile);
      }
      Map<String, Map<String, Integer>> queries =
          IndexLearning.cut(sample, Set.of(), candidates, choice.seed());
      DocumentEmbedder embedder = models.documentEmbedder();
      try (FSDirectory to = FSDirectory.open(place.building());
          Progress progress = Progress.start("Index", documents)) {
        Map<String, String> description = new HashMap<>(fields.userData());
        description.putAll(description(models));
        description.put(
            AnchorRowWriter.CALLS, Long.toString(AnchorChoice.calls(candidates, sample)));
        description.put(
            CurlewIndex.LEARNING_CALLS,
            Long.toString(IndexLearning.calls(anchors, documents, queries)));
        copying(anchors, model, models, embedder, batches.withListener(steps(progress)))
            .run(
                from,
                to,
                place.rows(),
                () -> {
                  description.putAll(embedder.cuts().userData());
                  return description;
                });
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
                  choice.seed())),
          anchorFile);
      return embedder.cuts();
    }
  }

  private List<String> added() {
    return Stream.of(fields.anchors(), fields.dense(), fields.tokens())
        .filter(Objects::nonNull)
        .toList();
  }

  private static IndexingListener steps(Progress progress) {
    return new IndexingListener() {
      @Override
      public void scored(int documents, long calls, long nanos) {
        progress.step(documents);
      }
    };
  }

  private AnchoredCopy copying(
      AnchorSet anchors,
      InteractionModel model,
      Models models,
      DocumentEmbedder embedder,
      IndexingOptions options)
      throws IOException {
    return new AnchoredCopy(
        fields.texts(),
        fields.id(),
        List.of(
            fields.rows(anchors, model, models.lateInteraction()),
            ComputedField.vectors(fields.dense(), embedder)),
        options);
  }

  private String job(Models models) throws IOException {
    Path queries = choice.file();
    return this
        + "\n"
        + models.model().fingerprint()
        + "\n"
        + (queries == null ? "" : Files.readString(queries))
        + "\n";
  }

  private Map<String, String> description(Models models) {
    Map<String, String> description =
        Indexing.description(modelName, anchorModelName, models, reading);
    description.putAll(
        Map.of(
            CurlewIndex.DATASET,
            String.valueOf(source.toAbsolutePath().normalize().getFileName()),
            CurlewIndex.SEED,
            Long.toString(choice.seed())));
    return description;
  }
}
