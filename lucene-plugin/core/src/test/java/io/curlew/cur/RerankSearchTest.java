package io.curlew.cur;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RerankSearchTest extends SearchMethodContract {

  @Override
  SearchMethod method() {
    return new RerankSearch();
  }

  @Override
  int[] firstStage(SearchSpace space, int k, int budget) throws IOException {
    return FirstStage.hybrid(space, Math.max(k, budget)).documents();
  }

  @Test
  void theRestOfTheListFollowsWithTheLowestExactScore() throws IOException {
    InMemorySpace space = scores.space(scores.anchors(), scores.model(new AtomicInteger()));
    int[] list = space.list(0, 100);
    List<Hit> hits = method().search(space, SearchRequest.of("a query", 100, 30)).hits();
    float lowest = hits.get(29).score();
    for (int i = 0; i < 30; i++) {
      assertTrue(hits.get(i).exact());
    }
    for (int i = 30; i < 100; i++) {
      assertFalse(hits.get(i).exact());
      assertEquals(list[i], hits.get(i).document());
      assertEquals(lowest, hits.get(i).score());
    }
  }

  @Test
  void oneFeatureIsReRankedAndFilledFromTheOthers() throws IOException {
    SearchSpace space = twoFeatures(scores.anchors(), scores.model(new AtomicInteger()));
    int[] first = space.list(1, 500);
    assertTrue(first.length < 100);
    for (int budget : new int[] {5, first.length, 100}) {
      List<Hit> hits =
          new RerankSearch("few").search(space, SearchRequest.of("a query", budget, budget)).hits();
      assertEquals(budget, hits.size());
      List<Integer> found = hits.stream().map(Hit::document).toList();
      Arrays.stream(first).limit(budget).forEach(d -> assertTrue(found.contains(d)));
    }
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new RerankSearch("bm25").search(space, SearchRequest.of("a query", 1, 1)));
    assertEquals("feature must be one of [noisy, few], got: bm25", e.getMessage());
  }
}
