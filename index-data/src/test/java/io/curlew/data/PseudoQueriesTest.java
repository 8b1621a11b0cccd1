package io.curlew.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.data.file.Seeds;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PseudoQueriesTest {
  private static Document document(int id, int words) {
    StringBuilder text = new StringBuilder();
    for (int word = 0; word < words; word++) {
      text.append(word == 0 ? "" : "  ").append("w").append(id).append("x").append(word);
    }
    return new Document("d" + id, text.toString());
  }

  @Test
  void cutsDistinctSpansOfSixToFourteenWords() {
    Random random = Seeds.random(PseudoQueriesTest.class);
    long seed = random.nextLong();
    List<Document> documents = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      documents.add(document(i, random.nextInt(40)));
    }
    List<String> queries = PseudoQueries.cut(documents, 200, seed, Set.of());
    assertEquals(200, queries.size());
    assertEquals(200, new HashSet<>(queries).size());
    for (String query : queries) {
      int words = query.split(" ", -1).length;
      assertTrue(words >= 3 && words <= 14, query);
      assertTrue(
          documents.stream()
              .map(document -> document.text().replace("  ", " "))
              .anyMatch(text -> words < 6 ? text.equals(query) : text.contains(query)),
          query);
    }
    assertEquals(queries, PseudoQueries.cut(documents, 200, seed, Set.of()));
    assertNotEquals(queries, PseudoQueries.cut(documents, 200, seed + 1, Set.of()));
    Set<String> exclude = new HashSet<>(queries.subList(0, 100));
    List<String> others = PseudoQueries.cut(documents, 200, seed, exclude);
    assertEquals(200, others.size());
    others.forEach(query -> assertFalse(exclude.contains(query)));
  }

  @Test
  void findsEveryLastSpanAndNoMore() {
    // Nothing, nothing, one whole text, one span, 3 + 2 + 1 spans; and the third excluded.
    List<Document> documents =
        List.of(
            document(0, 0),
            document(1, 2),
            document(2, 3),
            document(3, 6),
            document(4, 8),
            document(5, 5));
    Set<String> exclude = Set.of("W5x0 w5x1   w5x2 w5x3 w5x4");
    List<String> all = PseudoQueries.cut(documents, 1000, 3, exclude);
    assertEquals(8, new HashSet<>(all).size());
    assertEquals(8, all.size());
    for (int count = 0; count <= 8; count++) {
      assertEquals(count, PseudoQueries.cut(documents, count, 3, exclude).size());
    }
  }

  @Test
  void edges() {
    assertEquals(List.of(), PseudoQueries.cut(List.of(), 5, 1, Set.of()));
    assertThrows(
        IllegalArgumentException.class, () -> PseudoQueries.cut(List.of(), -1, 1, Set.of()));
  }
}
