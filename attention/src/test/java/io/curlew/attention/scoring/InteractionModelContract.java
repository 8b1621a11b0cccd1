package io.curlew.attention.scoring;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.model.InteractionModel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What holds for every interaction model. Subclasses supply the model. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class InteractionModelContract {

  private static final double TOLERANCE = 1e-5;

  private static final List<String> QUERIES =
      List.of(
          "the bird sang at dawn",
          "he deposited his cheque at the bank on Friday",
          "a river flooded the whole valley");

  private static final List<String> DOCUMENTS =
      List.of(
          "wading bird with a long curved bill",
          "a financial institution that accepts deposits and lends money",
          "x",
          "",
          "sloping land beside a body of water, such as a river or a lake, often covered by grass",
          "the first light of day",
          "to cover with water after heavy rain; to overflow",
          "wading bird with a long curved bill");

  private InteractionModel model;

  /** Opens the model under test; called more than once. */
  protected abstract InteractionModel open() throws Exception;

  /** Opens a model that differs in an option which changes scores. */
  protected abstract InteractionModel openDifferent() throws Exception;

  @BeforeAll
  void openModel() throws Exception {
    model = open();
  }

  @AfterAll
  void closeModel() throws Exception {
    model.close();
  }

  @Test
  void hasOneFiniteScorePerPair() {
    float[][] scores = model.score(QUERIES, DOCUMENTS);
    assertEquals(QUERIES.size(), scores.length);
    for (float[] row : scores) {
      assertEquals(DOCUMENTS.size(), row.length);
      for (float score : row) {
        assertTrue(Float.isFinite(score), "score must be finite, got: " + score);
      }
    }
  }

  @Test
  void pairAloneScoresAsInBatch() throws Exception {
    float[][] batch = model.score(QUERIES, DOCUMENTS);
    try (InteractionModel fresh = open()) {
      for (int query = 0; query < QUERIES.size(); query++) {
        for (int document = 0; document < DOCUMENTS.size(); document++) {
          float[][] alone =
              fresh.score(List.of(QUERIES.get(query)), List.of(DOCUMENTS.get(document)));
          assertEquals(batch[query][document], alone[0][0], TOLERANCE);
        }
      }
    }
  }

  @Test
  void orderOfBatchDoesNotMatter() throws Exception {
    float[][] batch = model.score(QUERIES, DOCUMENTS);
    List<Integer> order = new ArrayList<>();
    for (int document = 0; document < DOCUMENTS.size(); document++) {
      order.add(document);
    }
    Collections.shuffle(order, new Random(42));
    try (InteractionModel fresh = open()) {
      float[][] shuffled = fresh.score(QUERIES, order.stream().map(DOCUMENTS::get).toList());
      for (int query = 0; query < QUERIES.size(); query++) {
        for (int i = 0; i < order.size(); i++) {
          assertEquals(batch[query][order.get(i)], shuffled[query][i], TOLERANCE);
        }
      }
    }
  }

  @Test
  void duplicatesScoreAlike() {
    for (float[] row : model.score(QUERIES, DOCUMENTS)) {
      assertEquals(row[0], row[DOCUMENTS.size() - 1]);
    }
    float[][] twice = model.score(List.of(QUERIES.get(0), QUERIES.get(0)), DOCUMENTS);
    assertArrayEquals(twice[0], twice[1]);
  }

  @Test
  void twoThreadsGetTheSameScores() throws Exception {
    try (InteractionModel fresh = open()) {
      ExecutorService callers = Executors.newFixedThreadPool(2);
      try {
        Future<float[][]> one = callers.submit(() -> fresh.score(QUERIES, DOCUMENTS));
        Future<float[][]> other = callers.submit(() -> fresh.score(QUERIES, DOCUMENTS));
        assertArrayEquals(one.get(), other.get());
        assertArrayEquals(one.get(), fresh.score(QUERIES, DOCUMENTS));
      } finally {
        callers.shutdown();
      }
    }
  }

  @Test
  void emptyListsGiveEmptyResults() {
    assertEquals(0, model.score(List.of(), DOCUMENTS).length);
    float[][] scores = model.score(QUERIES, List.of());
    assertEquals(QUERIES.size(), scores.length);
    assertEquals(0, scores[0].length);
  }

  @Test
  void fingerprintFollowsWhatScoresDependOn() throws Exception {
    try (InteractionModel same = open();
        InteractionModel different = openDifferent()) {
      assertEquals(model.fingerprint(), same.fingerprint());
      assertNotEquals(model.fingerprint(), different.fingerprint());
    }
  }
}
