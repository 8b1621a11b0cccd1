package io.curlew.demo.rivals;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.Hit;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.SearchResult;
import io.curlew.cur.SearchSpace;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GraphRerankTest {

  private static final int DOCUMENTS = 200;
  private static final int[] NOBODY = {};

  /** A list in the order of the numbers, scores that fall with it but for the last document. */
  private static SearchSpace space() {
    float[] feature = new float[DOCUMENTS];
    float[] exact = new float[DOCUMENTS];
    for (int d = 0; d < DOCUMENTS; d++) {
      feature[d] = DOCUMENTS - d;
      exact[d] = DOCUMENTS - d;
    }
    exact[DOCUMENTS - 1] = 1000;
    return ArraySpace.of(new float[][] {feature}, exact);
  }

  private static SearchResult search(Map<Integer, int[]> edges, int k, int budget)
      throws IOException {
    return new GraphRerank(document -> edges.getOrDefault(document, NOBODY))
        .search(space(), SearchRequest.of("a query", k, budget));
  }

  private static List<Integer> scored(SearchResult result) {
    return result.hits().stream().filter(Hit::exact).map(Hit::document).toList();
  }

  @Test
  void aDocumentThatOnlyANeighbourNamesIsReached() throws IOException {
    SearchResult without = search(Map.of(), 20, 20);
    assertFalse(scored(without).contains(DOCUMENTS - 1));
    SearchResult with = search(Map.of(3, new int[] {DOCUMENTS - 1}), 20, 20);
    assertEquals(DOCUMENTS - 1, with.hits().getFirst().document());
    assertTrue(with.hits().getFirst().exact());
    assertEquals(20, with.calls());
  }

  @Test
  void aNeighbourCountsAsMuchAsTheBestDocumentThatNamesIt() throws IOException {
    Map<Integer, int[]> edges =
        Map.of(15, new int[] {100, 101}, 7, new int[] {102}, 2, new int[] {101});
    assertTrue(scored(search(edges, 100, 17)).contains(101));
    List<Integer> two = scored(search(edges, 100, 18));
    assertTrue(two.contains(101) && two.contains(102) && !two.contains(100), two.toString());
  }

  @Test
  void listAndFrontierTakeTurns() throws IOException {
    int[] many = new int[40];
    for (int i = 0; i < many.length; i++) {
      many[i] = 100 + i;
    }
    int batch = GraphRerank.BATCH;
    List<Integer> scored = scored(search(Map.of(0, many), 100, 4 * batch));
    assertEquals(4 * batch, scored.size());
    assertEquals(2 * batch, scored.stream().filter(d -> d < 100).count());
  }

  @Test
  void theRestOfTheListFollowsInItsOrder() throws IOException {
    SearchResult result = search(Map.of(0, new int[] {150}), 40, 17);
    List<Integer> found = result.hits().stream().map(Hit::document).toList();
    assertEquals(150, found.get(16));
    for (int i = 17; i < 40; i++) {
      assertEquals(i - 1, found.get(i));
      assertFalse(result.hits().get(i).exact());
    }
  }
}
