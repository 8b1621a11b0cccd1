package io.curlew.lucene;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.AdaptiveSearch;
import io.curlew.cur.Hit;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.SearchResult;
import io.curlew.cur.SearchSpace;
import io.curlew.cur.SyntheticScores;
import io.curlew.cur.anchor.AnchorFile;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.RowEncoding;
import io.curlew.testing.Seeds;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.Directory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows in fewer dimensions than there are anchors. */
class ProjectedRowsTest {

  private static final int DOCUMENTS = 600;
  private static final int ANCHORS = 30;
  private static final int RANK = 5;

  private final Random random = Seeds.random();
  private final SyntheticScores scores = SyntheticScores.draw(ANCHORS, 6, DOCUMENTS, RANK, random);

  private AnchorSet projected(int dimensions) {
    return scores.anchorSet(RowEncoding.projected(dimensions, RowEncoding.floats()));
  }

  @Test
  void aProjectionThatHoldsTheRankLosesNothing() throws IOException {
    AnchorSet anchors = projected(RANK + 2); // the rank, a common factor, and noise
    assertNotEquals(anchors.fingerprint(), scores.anchorSet().fingerprint());
    try (Directory small = index(anchors);
        Directory whole = index(scores.anchorSet());
        DirectoryReader smallReader = DirectoryReader.open(small);
        DirectoryReader wholeReader = DirectoryReader.open(whole)) {
      FloatVectorValues values =
          smallReader.leaves().getFirst().reader().getFloatVectorValues("anchors");
      assertNotNull(values);
      assertEquals(RANK + 2, values.dimension());
      double misses = 0;
      for (int query = ANCHORS; query < ANCHORS + 6; query++) {
        misses += recall(wholeReader, scores.anchorSet(), query);
        misses -= recall(smallReader, anchors, query);
      }
      assertTrue(misses / 6 < 0.05, "recall lost: " + misses / 6);
    }
  }

  @Test
  void anExplanationNamesAnchorsAndSumsUp() throws IOException {
    AnchorSet anchors = projected(RANK + 2);
    try (Directory directory = index(anchors);
        DirectoryReader reader = DirectoryReader.open(directory)) {
      CurSearcher searcher =
          CurSearcher.open(new IndexSearcher(reader), CurSchema.DEFAULT, anchors);
      SearchSpace space =
          searcher.space(
              SyntheticScores.queryText(ANCHORS),
              SyntheticIndex.firstStage(scores, ANCHORS),
              SyntheticIndex.model(scores),
              null);
      SearchResult result = search(searcher, anchors, ANCHORS);
      Hit last = result.hits().getLast();
      Explanation explanation = searcher.explain(space, result, last);
      assertEquals(last.score(), explanation.getValue().floatValue());
      assertTrue(explanation.toString().contains("query number"), explanation.toString());
      double sum = 0;
      for (Explanation part : explanation.getDetails()) {
        sum += part.getValue().doubleValue();
      }
      assertEquals(last.score(), sum, 1e-3);
    }
  }

  @Test
  void theAnchorFileHoldsTheProjection(@TempDir Path directory) throws IOException {
    AnchorSet anchors = projected(RANK);
    Path file = directory.resolve("anchors");
    AnchorFile.write(anchors, file);
    AnchorSet read = AnchorFile.read(file);
    assertEquals(anchors, read);
    assertEquals(RANK, read.dimension());
    float[] row = new float[ANCHORS];
    for (int a = 0; a < ANCHORS; a++) {
      row[a] = scores.score(a, 7);
    }
    assertArrayEquals(anchors.encoding().project(row), read.encoding().project(row));
    double error = 0;
    double norm = 0;
    for (int d = 0; d < 100; d++) { // one alone may be worse than most
      float[] scored = new float[ANCHORS];
      for (int a = 0; a < ANCHORS; a++) {
        scored[a] = scores.score(a, d);
      }
      float[] back = read.encoding().unproject(read.encoding().project(scored));
      for (int a = 0; a < ANCHORS; a++) {
        error += Math.pow(back[a] - scored[a], 2);
        norm += Math.pow(scored[a], 2);
      }
    }
    assertTrue(error < 0.01 * norm, "squared error " + error + " of " + norm);
  }

  @Test
  void dimensionsOutOfRangeAreRefused() {
    for (int dimensions : new int[] {-1, 0, ANCHORS + 1}) {
      var e = assertThrows(IllegalArgumentException.class, () -> projected(dimensions));
      assertTrue(String.valueOf(e.getMessage()).endsWith("got: " + dimensions), e.toString());
    }
    AnchorField field = new AnchorField("anchors", projected(3));
    assertThrows(IllegalArgumentException.class, () -> field.addTo(new Document(), new float[3]));
  }

  private Directory index(AnchorSet anchors) throws IOException {
    return SyntheticIndex.build(scores, anchors, IntStream.range(0, DOCUMENTS).toArray(), 2);
  }

  private SearchResult search(CurSearcher searcher, AnchorSet anchors, int query)
      throws IOException {
    return searcher.search(
        new AdaptiveSearch(),
        SyntheticIndex.firstStage(scores, query),
        scores.model(new AtomicInteger()),
        SearchRequest.of(SyntheticScores.queryText(query), 20, 60));
  }

  private double recall(DirectoryReader reader, AnchorSet anchors, int query) throws IOException {
    CurSearcher searcher = CurSearcher.open(new IndexSearcher(reader), CurSchema.DEFAULT, anchors);
    double threshold =
        IntStream.range(0, DOCUMENTS)
            .mapToDouble(d -> -scores.score(query, d))
            .sorted()
            .skip(19)
            .findFirst()
            .orElseThrow();
    return search(searcher, anchors, query).hits().stream()
            .filter(hit -> -score(hit, query) <= threshold)
            .count()
        / 20.0;
  }

  private double score(Hit hit, int query) {
    for (int d = 0; d < DOCUMENTS; d++) {
      if (SyntheticScores.id(d).equals(hit.id())) {
        return scores.score(query, d);
      }
    }
    throw new AssertionError(hit.id());
  }
}
