package io.curlew.attention.scoring;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.model.TokenVectors;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MaxSimTest {

  private final long seed = Long.getLong("tests.seed", System.nanoTime());
  private final Random random = new Random(seed);

  @Test
  void agreesWithDoublePrecision() {
    for (int dimension : new int[] {1, 5, 8, 384}) {
      List<EncodedText> queries = texts(dimension, 1, 2, 7, 17, 40);
      List<EncodedText> documents = texts(dimension, 1, 5, 6, 7, 17, 1, 200, 13);
      float[][] scores = score(queries, documents);
      for (int query = 0; query < queries.size(); query++) {
        for (int document = 0; document < documents.size(); document++) {
          assertEquals(
              reference(queries.get(query), documents.get(document)),
              scores[query][document],
              1e-5,
              "dimension " + dimension + ", -Dtests.seed=" + seed);
        }
      }
    }
  }

  @Test
  void batchDoesNotMoveABit() {
    List<EncodedText> queries = texts(384, 1, 9, 23, 3);
    List<EncodedText> documents = texts(384, 20, 1, 33, 128, 190, 4, 77, 6);
    float[][] batch = MaxSim.score(queries, documents);
    for (int query = 0; query < queries.size(); query++) {
      for (int document = 0; document < documents.size(); document++) {
        float alone = MaxSim.score(queries.get(query), documents.get(document));
        assertEquals(
            Float.floatToRawIntBits(alone),
            Float.floatToRawIntBits(batch[query][document]),
            "-Dtests.seed=" + seed);
      }
    }
  }

  @Test
  void vectorsOneBehindTheOtherDoNotMoveABit() {
    List<EncodedText> documents = texts(384, 20, 1, 33, 128, 190, 4, 77, 6);
    TokenVectors together = EncodedText.concatenate(documents);
    for (List<EncodedText> queries : List.of(texts(384, 9), texts(384, 1, 9, 23, 3))) {
      try (WorkerPool pool = new WorkerPool(2, "test")) {
        float[][] scores = MaxSim.score(PackedQueries.of(queries), together, pool);
        assertArrayEquals(MaxSim.score(queries, documents), scores, "-Dtests.seed=" + seed);
      }
    }
  }

  @Test
  void emptyListsGiveEmptyResults() {
    assertEquals(0, MaxSim.score(List.of(), texts(8, 3)).length);
    assertEquals(0, MaxSim.score(texts(8, 3), List.of())[0].length);
  }

  @Test
  void notANumberShows() {
    EncodedText broken = EncodedText.of(new float[] {1, 0, Float.NaN, 1}, new boolean[2]);
    EncodedText sound = EncodedText.of(new float[] {1, 0}, new boolean[1]);
    assertTrue(Float.isNaN(MaxSim.score(sound, broken)));
    assertTrue(Float.isNaN(MaxSim.score(broken, sound)));
  }

  @Test
  void refusesWhatCannotBeScored() {
    EncodedText onlySpecial = EncodedText.of(new float[8], new boolean[] {true, true});
    EncodedText shorter = EncodedText.of(new float[3], new boolean[1]);
    EncodedText sound = EncodedText.of(new float[4], new boolean[1]);
    assertThrows(IllegalArgumentException.class, () -> MaxSim.score(onlySpecial, sound));
    assertThrows(IllegalArgumentException.class, () -> MaxSim.score(sound, shorter));
    assertEquals(0f, MaxSim.score(sound, onlySpecial));
  }

  private static float[][] score(List<EncodedText> queries, List<EncodedText> documents) {
    float[][] scores = new float[queries.size()][documents.size()];
    try (WorkerPool pool = new WorkerPool(2, "test")) {
      MaxSim.score(PackedQueries.of(queries), documents, pool, scores, 0);
    }
    return scores;
  }

  /** Random texts with the given numbers of tokens; long ones begin with a special token. */
  private List<EncodedText> texts(int dimension, int... tokens) {
    List<EncodedText> texts = new ArrayList<>();
    for (int count : tokens) {
      float[] raw = new float[count * dimension];
      for (int i = 0; i < raw.length; i++) {
        raw[i] = (float) random.nextGaussian();
      }
      boolean[] special = new boolean[count];
      special[0] = count > 2;
      texts.add(EncodedText.of(raw, special));
    }
    return texts;
  }

  private static double reference(EncodedText query, EncodedText document) {
    double sum = 0;
    for (int token = 0; token < query.tokens(); token++) {
      sum += query.isSpecial(token) ? 0 : best(query, token, document);
    }
    return sum / query.contentTokens();
  }

  /** Largest cosine of one query token with any document token, in double precision. */
  static double best(EncodedText query, int token, EncodedText document) {
    int dimension = query.dimension();
    float[] left = query.embeddings();
    float[] right = document.embeddings();
    double best = Double.NEGATIVE_INFINITY;
    for (int other = 0; other < document.tokens(); other++) {
      double dot = 0;
      for (int i = 0; i < dimension; i++) {
        dot += (double) left[token * dimension + i] * right[other * dimension + i];
      }
      best = Math.max(best, dot);
    }
    return best;
  }
}
