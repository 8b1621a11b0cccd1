package io.curlew.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

@TestInstance(Lifecycle.PER_CLASS)
class WordNetDatasetTest {
  private final WordNet wordNet;

  WordNetDatasetTest() throws IOException {
    wordNet = WordNet.load();
  }

  @Test
  void splitsBySynset() {
    WordNetDataset dataset = WordNetDataset.sample(wordNet, 20_000, 42);
    Set<String> documents = ids(dataset.documents());
    Set<String> train = synsets(dataset.trainQueries());
    Set<String> test = synsets(dataset.testQueries());
    System.out.println(
        "20,000 synsets, seed 42: train "
            + dataset.trainQueries().size()
            + " queries of "
            + train.size()
            + " synsets, test "
            + dataset.testQueries().size()
            + " of "
            + test.size()
            + ", anchor candidates "
            + dataset.anchorQueryCandidates().size());
    assertEquals(20_000, documents.size());
    assertEquals("wordnet-20000", dataset.name());
    assertTrue(documents.containsAll(train));
    assertTrue(documents.containsAll(test));
    assertTrue(train.stream().noneMatch(test::contains));
    // Train loses the few synsets whose only sentence is also a test query.
    assertTrue(test.size() - train.size() >= 0 && test.size() - train.size() < 20);

    assertEquals(
        dataset.testQueries().stream().map(TextQuery::id).collect(Collectors.toSet()),
        dataset.judgements().queries());
    for (TextQuery query : dataset.testQueries()) {
      assertEquals(Map.of(synset(query), 1), dataset.judgements().judged(query.id()));
    }
    for (TextQuery query : dataset.trainQueries()) {
      assertEquals(Map.of(synset(query), 1), dataset.trainJudgements().judged(query.id()));
    }
    Set<String> anchors = new HashSet<>(dataset.anchorQueryCandidates());
    assertEquals(anchors.size(), dataset.anchorQueryCandidates().size());
    dataset.testQueries().forEach(query -> assertFalse(anchors.contains(query.text())));
  }

  @Test
  void theSeedAloneDecides() throws IOException {
    WordNetDataset one = WordNetDataset.sample(wordNet, 3000, 7);
    WordNetDataset same = WordNetDataset.sample(3000, 7);
    assertEquals(one.documents(), same.documents());
    assertEquals(one.trainQueries(), same.trainQueries());
    assertEquals(one.testQueries(), same.testQueries());
    assertEquals(one.judgements(), same.judgements());
    assertNotEquals(one.documents(), WordNetDataset.sample(wordNet, 3000, 8).documents());

    // Nested: a larger sample of the seed keeps every synset on its side.
    WordNetDataset larger = WordNetDataset.sample(wordNet, 6000, 7);
    assertEquals(one.documents(), larger.documents().subList(0, 3000));
    assertEquals(one.testQueries(), larger.testQueries().subList(0, one.testQueries().size()));
  }

  @Test
  void allIsEverySynset() throws IOException {
    WordNetDataset all = WordNetDataset.all(42);
    System.out.println(
        "all synsets, seed 42: train "
            + all.trainQueries().size()
            + " queries, test "
            + all.testQueries().size());
    assertEquals("wordnet", all.name());
    assertEquals(117_791, all.documents().size());
  }

  @Test
  void sizesOutOfRangeAreErrors() {
    assertEquals(
        "documents must be at most the 117791 synsets of WordNet, got: 117792",
        assertThrows(
                IllegalArgumentException.class, () -> WordNetDataset.sample(wordNet, 117_792, 1))
            .getMessage());
    assertEquals(
        "documents must be at least 1, got: 0",
        assertThrows(IllegalArgumentException.class, () -> WordNetDataset.sample(0, 1))
            .getMessage());
  }

  private static Set<String> ids(List<Document> documents) {
    return documents.stream().map(Document::id).collect(Collectors.toSet());
  }

  private static Set<String> synsets(List<TextQuery> queries) {
    return queries.stream().map(WordNetDatasetTest::synset).collect(Collectors.toSet());
  }

  private static String synset(TextQuery query) {
    return query.id().substring(0, query.id().indexOf('-'));
  }
}
