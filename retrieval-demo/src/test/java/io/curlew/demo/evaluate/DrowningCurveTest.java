package io.curlew.demo.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.anchor.RankingProfile;
import io.curlew.data.TextQuery;
import io.curlew.data.eval.Judgements;
import io.curlew.demo.rivals.ArraySpace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class DrowningCurveTest {

  private static final int DOCUMENTS = 400;
  private static final int QUERIES = 60;
  private static final int RELEVANT = 7; // its place in the hybrid list

  private final List<TextQuery> queries = new ArrayList<>();
  private final Map<String, Map<String, Integer>> grades = new HashMap<>();

  DrowningCurveTest() {
    for (int q = 0; q < QUERIES; q++) {
      queries.add(new TextQuery("q" + q, "text " + q));
      grades.put("q" + q, Map.of("d" + (1000 + RELEVANT), 1));
    }
  }

  /**
   * The curve of a model that scores the relevant document 2 sd above the mean, and another sd
   * beyond the head of the list.
   */
  private List<DrowningCurve> curves(float beyond, List<RankingProfile> profiles, int pool)
      throws IOException {
    return DrowningCurve.of(
        pool,
        profiles,
        queries,
        Judgements.of(grades),
        query -> {
          Random random = new Random(query.id().hashCode());
          float[] list = new float[DOCUMENTS];
          float[] scores = new float[DOCUMENTS];
          for (int d = 0; d < DOCUMENTS; d++) {
            list[d] = DOCUMENTS - d;
            double deviation = d < 50 ? 1 : beyond;
            scores[d] = (float) (d == RELEVANT ? 3 : deviation * random.nextGaussian());
          }
          return ArraySpace.of(new float[][] {list}, scores);
        });
  }

  @Test
  void aModelThatOverratesWhatIsFarDownDrowns() throws IOException {
    DrowningCurve curve = curves(3, List.of(RankingProfile.NONE), 1000).getFirst();
    assertEquals(DOCUMENTS, curve.pool());
    assertEquals(
        List.of(10, 20, 50, 100, 200, 400),
        curve.points().stream().map(DrowningCurve.Point::length).toList());
    DrowningCurve.Point last = curve.points().getLast();
    assertTrue(last.high() < 0, () -> "longest list: " + last);
    assertTrue(last.ndcg() < curve.points().get(2).ndcg());
    assertEquals(0, curve.points().get(2).difference());
  }

  @Test
  void aModelThatKnowsWhatIsUnrelatedDoesNot() throws IOException {
    DrowningCurve curve = curves(0.1f, List.of(RankingProfile.NONE), 200).getFirst();
    assertEquals(200, curve.pool());
    DrowningCurve.Point last = curve.points().getLast();
    assertEquals(0, last.difference());
    assertTrue(last.mrr() > 0.9, () -> "longest list: " + last);
  }

  @Test
  void aProfileOnTheListHoldsADrowningModelUp() throws IOException {
    List<DrowningCurve> curves =
        curves(3, List.of(RankingProfile.NONE, new RankingProfile(Map.of("f0", 0.1))), 1000);
    assertTrue(
        curves.getLast().points().getLast().mrr()
            > curves.getFirst().points().getLast().mrr() + 0.1);
  }

  @Test
  void withoutAPoolOrJudgementsThereIsNone() throws IOException {
    assertTrue(curves(1, List.of(RankingProfile.NONE), 0).isEmpty());
    grades.clear();
    assertTrue(curves(1, List.of(RankingProfile.NONE), 100).isEmpty());
  }
}
