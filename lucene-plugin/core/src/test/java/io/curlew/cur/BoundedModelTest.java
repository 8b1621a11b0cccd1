package io.curlew.cur;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.model.BoundedModel;
import io.curlew.cur.model.InteractionModel;
import io.curlew.cur.model.ModelBusyException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A model that hangs does not gather calls without end. */
class BoundedModelTest {

  private static final int MOST = 4;

  private final CountDownLatch wakes = new CountDownLatch(1);
  private final AtomicInteger inside = new AtomicInteger();
  private final AtomicInteger mostInside = new AtomicInteger();

  private final InteractionModel hanging =
      new InteractionModel() {
        @Override
        public String fingerprint() {
          return "hanging";
        }

        @Override
        public float[][] score(List<String> queries, List<String> documents) {
          mostInside.accumulateAndGet(inside.incrementAndGet(), Math::max);
          boolean interrupted = false;
          while (wakes.getCount() > 0) { // deaf to interrupts, as natives are
            try {
              wakes.await();
            } catch (InterruptedException e) {
              interrupted = true;
            }
          }
          inside.decrementAndGet();
          assertTrue(interrupted || wakes.getCount() == 0);
          return new float[queries.size()][documents.size()];
        }

        @Override
        public void close() {}
      };

  @Test
  void thirtySearchesThatGiveUpLeaveFewCallsAndTheModelIsUsedAgainWhenItWakes() throws Exception {
    BoundedModel model = new BoundedModel(hanging, MOST);
    int refused = 0;
    int givenUp = 0;
    try (ExecutorService clients = Executors.newFixedThreadPool(30)) {
      List<Future<Boolean>> searches = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        searches.add(clients.submit(() -> searchComplete(model)));
      }
      for (Future<Boolean> search : searches) {
        try {
          assertFalse(search.get());
          givenUp++;
        } catch (ExecutionException e) {
          assertTrue(e.getCause() instanceof ModelBusyException, e.toString());
          refused++;
        }
      }
    }
    assertEquals(30, givenUp + refused); // whose call began too late was given up before
    while (inside.get() < MOST) {
      Thread.sleep(1);
    }
    assertEquals(MOST, mostInside.get());
    assertThrows(ModelBusyException.class, () -> model.score(List.of("q"), List.of("d")));
    wakes.countDown();
    while (inside.get() > 0) {
      Thread.sleep(1);
    }
    float[][] scores = null;
    while (scores == null) { // the last call is about to be counted out
      try {
        scores = model.score(List.of("q"), List.of("d"));
      } catch (ModelBusyException e) {
        Thread.sleep(1);
      }
    }
    assertArrayEquals(new float[] {0}, scores[0]);
  }

  private static boolean searchComplete(InteractionModel model) throws IOException {
    SyntheticScores scores = SyntheticScores.draw(4, 1, 30, 2, new Random(3));
    SearchMethod method = new RerankSearch();
    SearchResult result =
        method.search(
            scores.space(4, model),
            SearchRequest.of(SyntheticScores.queryText(4), 5, 10)
                .withTimeout(Duration.ofMillis(50)));
    return result.complete();
  }

  @Test
  void aTimeoutOfAMillenniumIsNone() throws IOException {
    wakes.countDown();
    SyntheticScores scores = SyntheticScores.draw(4, 1, 30, 2, new Random(3));
    for (Duration timeout :
        List.of(Duration.ofDays(365_000), Duration.ofSeconds(Long.MAX_VALUE, 999_999_999))) {
      SearchResult result =
          new RerankSearch()
              .search(
                  scores.space(4, scores.model(new AtomicInteger())),
                  SearchRequest.of(SyntheticScores.queryText(4), 5, 10).withTimeout(timeout));
      assertEquals(SearchResult.Stop.BUDGET, result.stop());
      assertEquals(10, result.calls());
    }
  }

  @Test
  void theBoundIsAtLeastOne() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> new BoundedModel(hanging, 0));
    assertEquals("most must be at least 1, got: 0", e.getMessage());
  }
}
