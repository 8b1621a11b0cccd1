package io.curlew.demo.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.Learned;
import io.curlew.cur.model.CachedModel;
import io.curlew.cur.model.InteractionModel;
import io.curlew.cur.model.ScoreCache;
import io.curlew.data.model.CrossEncoderFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scores that come with the cross-encoder are those that the demo's index learns from. */
final class ShippedScoresTest {

  private static final int SHIPPED = 10_000;
  private static final long SEED = 42;

  private static ScoreCache shipped() throws IOException {
    ScoreCache scores = ScoreCache.inMemory(2 * SHIPPED);
    try (InputStream in = CrossEncoderFiles.openScores()) {
      scores.add(in, "shipped scores");
    }
    return scores;
  }

  @Test
  void thereAreAsManyAsAnIndexLearnsFrom() throws IOException {
    assertEquals(SHIPPED, shipped().size());
  }

  /** On another processor vectors round otherwise, and lists choose a few other documents. */
  @Tag("proof")
  @Test
  void learningCallsTheModelHardly(@TempDir Path directory) throws IOException {
    Path index = directory.resolve("index");
    Indexing.plain("wordnet", Datasets.DEFAULT_DOCUMENTS, index, Models.CROSS_ENCODER, 400, SEED)
        .create();
    AnchorSet anchors = CurlewIndex.anchors(index);
    try (Models models = Models.open(Models.CROSS_ENCODER, DocumentReading.DEFAULT)) {
      AtomicInteger calls = new AtomicInteger();
      InteractionModel counting = new Counting(models.model(), calls);
      Learned learned =
          IndexLearning.learn(
              index,
              IndexFields.DEFAULT,
              anchors,
              models,
              new CachedModel(counting, shipped()),
              Datasets.trainJudgements(Datasets.open("wordnet", Datasets.DEFAULT_DOCUMENTS, SEED)),
              SEED);
      assertFalse(learned.profile().isNone());
      assertTrue(calls.get() <= SHIPPED / 10, "calls of the model: " + calls);
    }
  }

  private record Counting(InteractionModel model, AtomicInteger calls) implements InteractionModel {

    @Override
    public String fingerprint() {
      return model.fingerprint();
    }

    @Override
    public float[][] score(List<String> queries, List<String> documents) {
      calls.addAndGet(queries.size() * documents.size());
      return model.score(queries, documents);
    }

    @Override
    public void close() {}
  }
}
