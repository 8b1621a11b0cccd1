package io.curlew.lucene;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.AdaptiveSearch;
import io.curlew.cur.Hit;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.SearchResult;
import io.curlew.cur.SyntheticScores;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.model.InteractionModel;
import io.curlew.testing.Seeds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.junit.jupiter.api.Test;

/**
 * A model in another process that is killed at a random moment of searching or indexing; {@link
 * BadModelTest} has what models in this process do to a search. {@code -Dcurlew.kills=100} for the
 * proof (some minutes).
 */
class DeadModelTest {

  private static final int KILLS = Integer.getInteger("curlew.kills", 3);
  private static final int QUERY = 10;

  private final Random random = Seeds.random();
  private final SyntheticScores scores = KilledIndexing.scores();
  private final AnchorSet anchors = scores.anchorSet();

  /** Kills the process in a while that grows, so that some kills come early and some late. */
  private void killSoon(ScoringProcess process, int round) {
    int micros = random.nextInt(1000 << Math.min(8, round % 10));
    CompletableFuture.delayedExecutor(micros, TimeUnit.MICROSECONDS).execute(process::kill);
  }

  @Test
  void aSearchFailsClearlyAndTheSearcherGoesOn() throws IOException {
    Directory directory =
        SyntheticIndex.build(
            scores, anchors, IntStream.range(0, KilledIndexing.DOCUMENTS).toArray(), 3);
    int answered = 0;
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      CurSearcher searcher =
          CurSearcher.open(new IndexSearcher(reader), CurSchema.DEFAULT, anchors);
      List<Hit> expected = search(searcher, scores.model(new AtomicInteger()), null).hits();
      for (int kill = 0; kill < KILLS; kill++) {
        try (ScoringProcess process = ScoringProcess.start()) {
          Duration timeout = random.nextBoolean() ? null : Duration.ofMinutes(1);
          search(searcher, process, timeout); // it has started
          killSoon(process, kill);
          UncheckedIOException e = null;
          while (e == null) {
            try {
              assertEquals(expected, search(searcher, process, timeout).hits());
              answered++;
            } catch (UncheckedIOException gone) {
              e = gone;
            }
          }
          assertEquals("the model's process must answer, it has gone", e.getMessage());
        }
      }
    }
    System.out.printf(
        Locale.ROOT,
        "model killed while searching: %d times, each an error; %d right answers before%n",
        KILLS,
        answered);
  }

  private SearchResult search(
      CurSearcher searcher,
      InteractionModel model,
      @org.jspecify.annotations.Nullable Duration timeout)
      throws IOException {
    SearchRequest request = SearchRequest.of(SyntheticScores.queryText(QUERY), 10, 100);
    return searcher.search(
        new AdaptiveSearch(),
        SyntheticIndex.dense(scores),
        model,
        timeout == null ? request : request.withTimeout(timeout));
  }

  @Test
  void indexingFailsClearlyAndGoesOnWithAnotherProcess() throws IOException {
    Directory directory = new ByteBuffersDirectory();
    int deaths = 0;
    int committed = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      if (committed == KilledIndexing.DOCUMENTS) {
        directory = new ByteBuffersDirectory();
        committed = 0;
      }
      try (ScoringProcess process = ScoringProcess.start();
          TextIndexWriter writer = writer(directory, process)) {
        killSoon(process, kill);
        writer.addStream("s", KilledIndexing.documents());
      } catch (UncheckedIOException e) {
        assertEquals("the model's process must answer, it has gone", e.getMessage());
        deaths++;
      }
      int now = committed(directory);
      assertTrue(now >= committed, now + " documents after " + committed);
      committed = now;
    }
    try (TextIndexWriter writer = writer(directory, scores.model(new AtomicInteger()))) {
      writer.addStream("s", KilledIndexing.documents());
    }
    assertEquals(KilledIndexing.DOCUMENTS, committed(directory));
    System.out.printf(
        Locale.ROOT,
        "model killed while indexing: %d times, %d errors, the index whole in the end%n",
        KILLS,
        deaths);
  }

  @Test
  void whatIsNotAScoreIsNotIndexed() throws IOException {
    List<UnaryOperator<float[][]>> faults =
        List.of(
            right -> {
              right[2][1] = Float.NaN;
              return right;
            },
            right -> {
              right[0][0] = Float.POSITIVE_INFINITY;
              return right;
            },
            right -> new float[right.length][right[0].length - 1],
            right -> new float[0][]);
    for (UnaryOperator<float[][]> fault : faults) {
      Directory directory = new ByteBuffersDirectory();
      int bad = 4 + random.nextInt(5);
      try (TextIndexWriter writer = writer(directory, failing(bad, fault))) {
        IllegalStateException e =
            assertThrows(
                IllegalStateException.class,
                () -> writer.addStream("s", KilledIndexing.documents()));
        assertTrue(String.valueOf(e.getMessage()).contains("must"), e.toString());
      }
      assertTrue(committed(directory) % 30 == 0 && committed(directory) <= bad * 10);
    }
  }

  private InteractionModel failing(int batch, UnaryOperator<float[][]> fault) {
    InteractionModel good = scores.model(new AtomicInteger());
    AtomicInteger batches = new AtomicInteger();
    return new InteractionModel() {
      @Override
      public String fingerprint() {
        return good.fingerprint();
      }

      @Override
      public float[][] score(List<String> queries, List<String> documents) {
        float[][] right = good.score(queries, documents);
        return batches.getAndIncrement() == batch ? fault.apply(right) : right;
      }

      @Override
      public void close() {}
    };
  }

  private TextIndexWriter writer(Directory directory, InteractionModel model) throws IOException {
    return TextIndexWriter.open(
        directory,
        CurSchema.DEFAULT,
        new WhitespaceAnalyzer(),
        anchors,
        model,
        SyntheticIndex.embedder(scores),
        IndexingOptions.DEFAULT.withBatches(10, 30));
  }

  /** The documents of the last commit, whose rows must be right. */
  private int committed(Directory directory) throws IOException {
    if (!DirectoryReader.indexExists(directory)) {
      return 0;
    }
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      CurSearcher searcher =
          CurSearcher.open(new IndexSearcher(reader), CurSchema.DEFAULT, anchors);
      List<String> texts = searcher.texts(searcher.documents());
      float[][] rows = searcher.rows(searcher.documents());
      for (int i = 0; i < rows.length; i++) {
        int d = Integer.parseInt(texts.get(i).substring(texts.get(i).lastIndexOf(' ') + 1));
        org.junit.jupiter.api.Assertions.assertArrayEquals(scores.row(d), rows[i]);
      }
      return rows.length;
    }
  }
}
