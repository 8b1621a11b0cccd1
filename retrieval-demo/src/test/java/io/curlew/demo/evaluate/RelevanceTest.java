package io.curlew.demo.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.Hit;
import io.curlew.cur.SearchResult;
import io.curlew.cur.anchor.RankingProfile;
import io.curlew.data.eval.Judgements;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RelevanceTest {

  private static final int QUERIES = 40;

  private final Map<String, Map<String, Integer>> grades = new HashMap<>();

  RelevanceTest() {
    for (int q = 0; q < QUERIES; q++) {
      grades.put("q" + q, Map.of("right", 1));
    }
  }

  /** A method that ranks the right document at a place, the same for all queries. */
  private static MethodResult ranks(String method, int budget, int place) {
    MethodResult result = new MethodResult(method, budget, 0);
    for (int q = 0; q < QUERIES; q++) {
      List<Hit> hits = new ArrayList<>();
      for (int rank = 1; rank <= 10; rank++) {
        hits.add(new Hit(rank == place ? "right" : "wrong" + rank, rank, -rank, -rank, true, 0));
      }
      result.add(
          "q" + q,
          new SearchResult(hits, budget, 0, 2_000_000, List.of(), SearchResult.Stop.BUDGET, null),
          null);
    }
    return result;
  }

  private Relevance of(MethodResult... results) {
    return new Relevance(RankingProfile.NONE, List.of(results), Judgements.of(grades));
  }

  @Test
  void theSmallestBudgetThatRanksAsWellAsAnyIsNamed() {
    Relevance relevance =
        of(
            ranks("adaptive", 20, 1),
            ranks("adaptive", 50, 1),
            ranks("rerank-hybrid", 20, 2),
            ranks("rerank-hybrid", 50, 1),
            ranks("hybrid", 0, 3));
    List<Relevance.Reach> reaches =
        relevance.reaches(3).stream().filter(reach -> reach.measure().equals("mrr@10")).toList();
    assertEquals(
        List.of(
            new Relevance.Reach(
                RankingProfile.NONE.toString(),
                "mrr@10",
                "adaptive",
                1,
                20,
                62.0), // 20 of 3 ms, and 2
            new Relevance.Reach(
                RankingProfile.NONE.toString(), "mrr@10", "rerank-hybrid", 1, 50, 152.0),
            new Relevance.Reach(RankingProfile.NONE.toString(), "mrr@10", "hybrid", 1, null, null)),
        reaches);
  }

  @Test
  void differencesAreAtEqualCallsAndHaveTheirSign() {
    Relevance relevance =
        of(ranks("adaptive", 20, 1), ranks("rerank-hybrid", 20, 2), ranks("rerank-hybrid", 50, 1));
    List<Relevance.Difference> differences = relevance.differences();
    assertEquals(2, differences.size());
    Relevance.Difference mrr = differences.getFirst();
    assertEquals("mrr@10", mrr.measure());
    assertEquals("rerank-hybrid-20", mrr.other());
    assertEquals(0.5, mrr.difference(), 1e-12);
    assertEquals(0.5, mrr.low(), 1e-12);
  }

  @Test
  void withoutJudgementsNothingIsSaid() {
    grades.clear();
    Relevance relevance = of(ranks("adaptive", 20, 1), ranks("hybrid", 0, 2));
    assertTrue(relevance.differences().isEmpty());
    assertTrue(relevance.reaches(1).isEmpty());
    assertTrue(relevance.worth().isEmpty());
  }
}
