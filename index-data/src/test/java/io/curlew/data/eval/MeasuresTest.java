package io.curlew.data.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.curlew.data.eval.Run.Hit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MeasuresTest {
  private static final List<String> RANKING = List.of("a", "b", "c", "d");
  private static final Map<String, Integer> GRADES = Map.of("b", 1, "d", 2, "x", 1, "a", 0);

  @Test
  void smallCasesByHand() {
    assertEquals(1.0 / 3, Measures.recall(2).score(RANKING, GRADES), 1e-12);
    assertEquals(2.0 / 3, Measures.recall(10).score(RANKING, GRADES), 1e-12);
    assertEquals(0.5, Measures.reciprocalRank(10).score(RANKING, GRADES), 1e-12);
    assertEquals(0, Measures.reciprocalRank(1).score(RANKING, GRADES), 1e-12);
    assertEquals((0.5 + 0.5) / 3, Measures.averagePrecision().score(RANKING, GRADES), 1e-12);
    double log3 = Math.log(3) / Math.log(2);
    double log5 = Math.log(5) / Math.log(2);
    assertEquals(
        (1 / log3 + 2 / log5) / (2 + 1 / log3 + 0.5),
        Measures.ndcg(10).score(RANKING, GRADES),
        1e-12);
  }

  @Test
  void evaluationSaysWhatItMeansOver() {
    Run run =
        Run.of(
            "t",
            Map.of(
                "q1", List.of(new Hit("a", 1)),
                "unjudged", List.of(new Hit("a", 1)),
                "empty", List.of()));
    Judgements judgements =
        Judgements.of(Map.of("q1", Map.of("a", 1), "q2", Map.of("a", 1), "empty", Map.of("a", 1)));
    Evaluation evaluation = Evaluation.of(Measures.recall(1), run, judgements);
    assertEquals("recall@1", evaluation.measure());
    assertEquals(Map.of("q1", 1.0), evaluation.perQuery());
    assertEquals(1, evaluation.mean());
    assertEquals(1.0 / 3, evaluation.meanOverJudged(), 1e-12);
    assertThrows(
        IllegalArgumentException.class,
        () -> Evaluation.of(Measures.recall(1), run, Judgements.of(Map.of())));
  }

  @Test
  void overlapIsOverTheShorterOfCutAndExactList() {
    List<String> exact = List.of("a", "b", "c");
    assertEquals(1, Measures.overlapAt(exact, List.of("c", "b", "a"), 3));
    assertEquals(0, Measures.overlapAt(exact, List.of("c", "b", "a"), 1));
    assertEquals(1.0 / 3, Measures.overlapAt(exact, List.of("c"), 10), 1e-12);
    assertEquals(0.5, Measures.overlapAt(exact, List.of("x", "b", "a"), 2));
    assertThrows(
        IllegalArgumentException.class, () -> Measures.overlapAt(List.of(), List.of("c"), 10));
  }

  @Test
  void cutsBelowOneAreErrors() {
    assertEquals(
        "k must be at least 1, got: 0",
        assertThrows(IllegalArgumentException.class, () -> Measures.ndcg(0)).getMessage());
    assertThrows(IllegalArgumentException.class, () -> Measures.recall(-1));
    assertThrows(IllegalArgumentException.class, () -> Measures.reciprocalRank(0));
    assertThrows(
        IllegalArgumentException.class, () -> Measures.overlapAt(List.of("a"), List.of("a"), 0));
  }
}
