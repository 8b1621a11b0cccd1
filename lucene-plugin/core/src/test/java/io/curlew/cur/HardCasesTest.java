package io.curlew.cur;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.curlew.testing.Seeds;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Adaptive search is not clearly worse than re-ranking the list: at least .9 of its recall@10 less
 * .02, and less what chance may do with so few queries. More queries make chance smaller: {@code
 * mvn verify -Pproofs -pl lucene-plugin/core -am -Dtest=HardCasesTest -Dhard.queries=300
 * -Dsurefire.failIfNoSpecifiedTests=false} measures, and prints a row for each case and budget.
 *
 * <p>Expected recall is held to {@value #EXPECTED_ABOVE} above what is found. That is wider than
 * the .1 it is to come to: with 300 queries it was .15 above with random anchors at 20 calls and
 * .29 with anchors of another collection at 200, which fails here. What published adaptive search
 * finds where the first stage knows nothing is printed, not asserted: at 20 calls it is more, .080
 * against .062 and .055.
 */
class HardCasesTest {

  private static final int QUERIES = Integer.getInteger("hard.queries", 12);

  private static final double EXPECTED_ABOVE = 0.25;

  /** What a case that looks bad with a few queries is settled with, by the same bounds. */
  private static final int MANY = 72;

  /** Two standard errors of a mean of recalls over so many queries, about. */
  private static double chance(int queries) {
    return 0.4 / Math.sqrt(queries);
  }

  static List<HardCase> some() {
    List<String> names =
        List.of(
            "needles unrelated 2.2 0.3",
            "needles topical 2.2 0.3",
            "first stage random",
            "judge 0/1",
            "score + 1000000.0",
            "all anchors the same");
    return HardCase.all(QUERIES, Seeds.random().nextLong()).stream()
        .filter(hard -> names.contains(hard.name()))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("some")
  void itIsNotClearlyWorseThanReranking(HardCase hard) throws IOException {
    check(hard, 50, 200);
  }

  static List<HardCase> all() {
    return HardCase.all(QUERIES, Seeds.random().nextLong());
  }

  @Tag("proof")
  @ParameterizedTest
  @MethodSource("all")
  void itIsNotClearlyWorseThanRerankingInAnyCase(HardCase hard) throws IOException {
    check(hard, 20, 50, 200);
  }

  /** A dozen queries fail by chance now and then: then more of them decide. */
  private static void check(HardCase hard, int... budgets) throws IOException {
    List<String> complaints = complaints(hard, QUERIES, budgets);
    if (!complaints.isEmpty() && QUERIES < MANY) {
      System.out.println("asking more queries, since with " + QUERIES + ": " + complaints);
      HardCase more =
          HardCase.all(MANY, Seeds.random().nextLong()).stream()
              .filter(other -> other.name().equals(hard.name()))
              .findFirst()
              .orElseThrow();
      complaints = complaints(more, MANY, budgets);
    }
    assertEquals(List.of(), complaints);
  }

  private static List<String> complaints(HardCase hard, int queries, int... budgets)
      throws IOException {
    List<String> complaints = new ArrayList<>();
    InMemorySpace.Documents documents = hard.documents();
    for (int budget : budgets) {
      HardCase.Outcome ours = hard.ask(new AdaptiveSearch(), documents, budget);
      double reranked = hard.ask(new RerankSearch(), documents, budget).recall();
      System.out.printf(
          Locale.ROOT,
          "%-32s %3d calls: re-ranked %.3f, adaptive %.3f, expected %.3f%s%n",
          hard.name(),
          budget,
          reranked,
          ours.recall(),
          ours.expected(),
          hard.firstStageKnows()
              ? ""
              : String.format(
                  Locale.ROOT,
                  ", published %.3f",
                  hard.ask(new PublishedSearch(), documents, budget).recall()));
      String at = hard.name() + " at " + budget;
      if (ours.recall() < 0.9 * reranked - 0.02 - chance(queries)) {
        complaints.add(at + ": " + ours.recall() + " where re-ranking has " + reranked);
      }
      if (ours.expected() > ours.recall() + EXPECTED_ABOVE + chance(queries)) {
        complaints.add(at + ": expected " + ours.expected() + ", found " + ours.recall());
      }
    }
    return complaints;
  }
}
