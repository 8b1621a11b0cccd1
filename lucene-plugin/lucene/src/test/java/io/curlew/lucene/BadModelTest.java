package io.curlew.lucene;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.Directory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A model that misbehaves in any round: a clear error or a flagged result, and nothing broken. */
class BadModelTest {

  private static final int DOCUMENTS = 400;
  private static final int ANCHORS = 20;
  private static final int BUDGET = 60;
  private static final int QUERY = ANCHORS;

  private final SyntheticScores scores =
      SyntheticScores.draw(ANCHORS, 2, DOCUMENTS, 5, Seeds.random());
  private final AnchorSet anchors = scores.anchorSet();
  private final CountDownLatch end = new CountDownLatch(1);
  private DirectoryReader reader;
  private IndexSearcher lucene;
  private CurSearcher searcher;

  /** What a model returns in its bad round instead of the scores. */
  private interface Fault {
    float[][] instead(float[][] scores);
  }

  BadModelTest() throws IOException {
    Directory directory =
        SyntheticIndex.build(scores, anchors, IntStream.range(0, DOCUMENTS).toArray(), 3);
    reader = DirectoryReader.open(directory);
    lucene = new IndexSearcher(reader);
    searcher = CurSearcher.open(lucene, CurSchema.DEFAULT, anchors);
  }

  @BeforeEach
  void theSearcherWorks() throws IOException {
    assertWorks();
  }

  @AfterEach
  void theSearcherStillWorks() throws IOException {
    end.countDown();
    lucene.setTimeout(null);
    assertWorks();
    reader.close();
  }

  private void assertWorks() throws IOException {
    SearchResult result = search(scores.model(new AtomicInteger()), request());
    assertTrue(result.complete());
    assertEquals(BUDGET, result.calls());
  }

  private static SearchRequest request() {
    return SearchRequest.of(SyntheticScores.queryText(QUERY), 10, BUDGET);
  }

  private SearchResult search(InteractionModel model, SearchRequest request) throws IOException {
    return searcher.search(
        new AdaptiveSearch(), SyntheticIndex.firstStage(scores, QUERY), model, request);
  }

  private InteractionModel bad(int round, Fault fault) {
    InteractionModel good = scores.model(new AtomicInteger());
    AtomicInteger rounds = new AtomicInteger();
    return new InteractionModel() {
      @Override
      public String fingerprint() {
        return good.fingerprint();
      }

      @Override
      public float[][] score(List<String> queries, List<String> documents) {
        float[][] right = good.score(queries, documents);
        return rounds.getAndIncrement() == round ? fault.instead(right) : right;
      }

      @Override
      public void close() {}
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 6})
  void anExceptionIsHandedOn(int round) {
    IllegalStateException e =
        assertThrows(
            IllegalStateException.class,
            () ->
                search(
                    bad(
                        round,
                        right -> {
                          throw new IllegalStateException("out of memory on the device");
                        }),
                    request()));
    assertEquals("out of memory on the device", e.getMessage());
    assertThrows(
        IllegalStateException.class,
        () ->
            search(
                bad(
                    round,
                    right -> {
                      throw new IllegalStateException("also on a thread of its own");
                    }),
                request().withTimeout(Duration.ofMinutes(1))));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 6})
  void nanAndWrongShapesAreErrorsThatSayWhat(int round) {
    List<Fault> faults =
        List.of(
            right -> {
              right[0][0] = Float.NaN;
              return right;
            },
            right -> {
              right[0][0] = Float.NEGATIVE_INFINITY;
              return right;
            },
            right -> new float[][] {Arrays.copyOf(right[0], right[0].length - 1)},
            right -> new float[0][],
            right -> new float[][] {right[0], right[0]});
    for (Fault fault : faults) {
      IllegalStateException e =
          assertThrows(IllegalStateException.class, () -> search(bad(round, fault), request()));
      assertTrue(String.valueOf(e.getMessage()).contains("must"), e.toString());
      assertTrue(String.valueOf(e.getMessage()).contains("got: "), e.toString());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 6})
  void aModelThatHangsIsGivenUp(int round) throws IOException {
    InteractionModel hanging =
        bad(
            round,
            right -> {
              try {
                assertTrue(end.await(1, TimeUnit.MINUTES));
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              return right;
            });
    long start = System.nanoTime();
    SearchRequest everything =
        SearchRequest.of(SyntheticScores.queryText(QUERY), DOCUMENTS, BUDGET);
    SearchResult result = search(hanging, everything.withTimeout(Duration.ofMillis(1500)));
    long millis = (System.nanoTime() - start) / 1_000_000;
    assertTrue(millis < 10_000, millis + " ms");
    assertFalse(result.complete());
    assertEquals(SearchResult.Stop.TIMEOUT, result.stop());
    assertEquals(DOCUMENTS, result.hits().size(), "what is known by then, or the first stage");
    long exact = result.hits().stream().filter(Hit::exact).count();
    assertEquals(round > 0, exact > 0);
    assertTrue(result.calls() <= BUDGET);
  }

  @Test
  void theSearchersOwnTimeoutIsRespected() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    lucene.setTimeout(() -> asked.incrementAndGet() > 6);
    SearchResult result = search(scores.model(new AtomicInteger()), request());
    assertFalse(result.complete());
    assertTrue(result.hits().stream().allMatch(Hit::exact));
    assertTrue(result.calls() < BUDGET, result.calls() + " calls");
  }

  @Test
  void anInterruptEndsTheSearch() throws Exception {
    CountDownLatch scoring = new CountDownLatch(1);
    InteractionModel waiting =
        bad(
            2,
            right -> {
              scoring.countDown();
              try {
                assertTrue(end.await(1, TimeUnit.MINUTES));
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
              }
              return right;
            });
    Throwable[] thrown = new Throwable[1];
    Thread thread =
        new Thread(
            () -> {
              try {
                search(waiting, request().withTimeout(Duration.ofMinutes(1)));
              } catch (Throwable e) {
                thrown[0] = e;
              }
            });
    thread.start();
    assertTrue(scoring.await(1, TimeUnit.MINUTES));
    thread.interrupt();
    thread.join(10_000);
    assertFalse(thread.isAlive());
    assertTrue(String.valueOf(thrown[0]).contains("interrupted"), String.valueOf(thrown[0]));
  }

  @Test
  void enoughExpectedRecallEndsTheSearchEarly() throws IOException {
    SearchResult whole = search(scores.model(new AtomicInteger()), request());
    SearchResult early = search(scores.model(new AtomicInteger()), request().withMinRecall(0.01));
    assertEquals(SearchResult.Stop.RECALL, early.stop());
    assertTrue(early.calls() < whole.calls(), early.calls() + " calls");
    assertTrue(early.complete());
    assertTrue(early.expectedRecall() >= 0.01); // the whole one may expect less: it knows more
  }
}
