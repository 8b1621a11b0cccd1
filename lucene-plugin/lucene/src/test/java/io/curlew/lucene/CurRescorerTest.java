package io.curlew.lucene;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.SearchListener;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.SyntheticScores;
import io.curlew.testing.Seeds;
import java.io.IOException;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.FieldExistsQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a rescorer tells of its work. */
class CurRescorerTest {

  private static final int DOCUMENTS = 200;
  private static final int BUDGET = 40;
  private static final int QUERY = 12;

  private final Random random = Seeds.random();
  private final SyntheticScores scores = SyntheticScores.draw(QUERY, 1, DOCUMENTS, 4, random);
  private final AtomicInteger calls = new AtomicInteger();

  private CurRescorer rescorer(SearchListener listener) throws IOException {
    return new CurRescorer(
        CurSchema.DEFAULT,
        scores.anchorSet(),
        DocumentScorer.of(DocumentText.stored("text"), scores.model(calls)),
        SearchRequest.of(SyntheticScores.queryText(QUERY), 1, BUDGET).withListener(listener));
  }

  private DirectoryReader reader() throws IOException {
    return DirectoryReader.open(
        SyntheticIndex.build(
            scores, scores.anchorSet(), IntStream.range(0, DOCUMENTS).toArray(), 2));
  }

  @Test
  void theListenerHearsOfEveryCall() throws IOException {
    AtomicInteger heard = new AtomicInteger();
    SearchListener listener =
        new SearchListener() {
          @Override
          public void scored(
              int round, int[] documents, float @Nullable [] predicted, float[] exact) {
            heard.addAndGet(documents.length);
          }
        };
    try (DirectoryReader reader = reader()) {
      IndexSearcher searcher = new IndexSearcher(reader);
      TopDocs first = searcher.search(new FieldExistsQuery("anchors"), DOCUMENTS);
      rescorer(listener).rescore(searcher, first, 20);
      assertEquals(BUDGET, calls.get());
      assertEquals(BUDGET, heard.get());
    }
  }

  @Test
  void anEstimateIsExplainedAsOneAndNoCallIsMade() throws IOException {
    try (DirectoryReader reader = reader()) {
      IndexSearcher searcher = new IndexSearcher(reader);
      TopDocs first = searcher.search(new FieldExistsQuery("anchors"), DOCUMENTS);
      CurRescorer rescorer = rescorer(SearchListener.NONE);
      int estimates = 0;
      for (ScoreDoc hit : rescorer.rescore(searcher, first, 100).scoreDocs) {
        Explanation why = rescorer.explain(searcher, Explanation.match(1, "first"), hit.doc);
        assertEquals(hit.score, why.getValue().floatValue());
        String text = searcher.storedFields().document(hit.doc).get("text");
        int d = Integer.parseInt(text.substring(text.lastIndexOf(' ') + 1));
        boolean exact = why.getDescription().startsWith("exact");
        assertEquals(exact, hit.score == scores.score(QUERY, d), why.toString());
        estimates += exact ? 0 : 1;
      }
      assertTrue(estimates >= 100 - BUDGET, estimates + " estimates");
      assertEquals(BUDGET, calls.get());
    }
    try (DirectoryReader other = reader()) {
      CurRescorer rescorer = rescorer(SearchListener.NONE);
      Explanation why =
          rescorer.explain(new IndexSearcher(other), Explanation.match(1, "first"), 0);
      assertTrue(why.getDescription().contains("not a hit"), why.toString());
      assertEquals(BUDGET + 1, calls.get());
    }
  }
}
