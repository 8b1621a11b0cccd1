package io.curlew.cur;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.model.InteractionModel;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What holds of every search method, for those that call no model. */
abstract class FreeSearchContract extends SearchMethodContract {

  @Override
  int limit(int budget) {
    return 0;
  }

  @Override
  @Test
  void aScoreThatIsNotFiniteIsAnErrorThatNamesThePair() throws IOException {
    InteractionModel model = new TestModel((query, document) -> Float.NaN); // is never called
    assertEquals(
        20, method().search(scores.space(0, model), SearchRequest.of("a", 20, 5)).hits().size());
  }

  @Override
  @Test
  void whatAListenerThrowsEndsTheSearch() {} // there is nothing to hear

  @Override
  @Test
  void withABudgetForEverythingTheRankingIsExact() throws IOException { // it spends none
    List<Hit> hits = search(1, 20, 500, new AtomicInteger()).hits();
    hits.forEach(hit -> assertFalse(hit.exact()));
    assertTrue(hits.stream().allMatch(hit -> hit.round() == Hit.NOT_SCORED));
  }
}
