package io.curlew.attention.scoring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.curlew.cur.model.TokenVectorModel;
import io.curlew.cur.model.TokenVectors;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What holds for every model whose documents are read apart from queries. */
public abstract class TokenVectorModelContract extends InteractionModelContract {

  private static final List<String> QUERIES = List.of("the bird sang", "a bank by the river");
  private static final List<String> DOCUMENTS =
      List.of("a songbird that sings at dawn", "x", "", "sloping land beside a river", "x");

  @Override
  protected abstract TokenVectorModel open() throws Exception;

  @Test
  void encodingsScoreAsTheirTexts() throws Exception {
    try (TokenVectorModel model = open()) {
      float[][] expected = model.score(QUERIES, DOCUMENTS);
      TokenVectors documents = model.encode(DOCUMENTS);
      assertEquals(DOCUMENTS.size(), documents.texts());
      float[][] together = model.encodeQueries(QUERIES).score(documents);
      assertEquals(QUERIES.size(), together.length);
      for (int q = 0; q < QUERIES.size(); q++) {
        float[] alone = model.encodeQueries(List.of(QUERIES.get(q))).score(documents)[0];
        assertEquals(DOCUMENTS.size(), alone.length);
        for (int d = 0; d < DOCUMENTS.size(); d++) {
          assertEquals(expected[q][d], together[q][d], 1e-5);
          assertEquals(expected[q][d], alone[d], 1e-5);
        }
      }
    }
  }

  @Test
  void noDocumentsHaveNoScores() throws Exception {
    try (TokenVectorModel model = open()) {
      assertEquals(0, model.encode(List.of()).texts());
      assertEquals(0, model.encodeQueries(QUERIES).score(model.encode(List.of()))[1].length);
      assertEquals(0, model.encodeQueries(List.of()).score(model.encode(DOCUMENTS)).length);
    }
  }

  @Test
  void refusesVectorsOfAnotherLength() throws Exception {
    try (TokenVectorModel model = open()) {
      TokenVectors longer =
          new TokenVectors(
              model.encode(DOCUMENTS).dimension() + 1, new float[100_000], new int[] {0, 2});
      for (List<String> queries : List.of(QUERIES, QUERIES.subList(0, 1))) {
        TokenVectorModel.EncodedQueries encoded = model.encodeQueries(queries);
        assertThrows(IllegalArgumentException.class, () -> encoded.score(longer));
      }
    }
  }
}
