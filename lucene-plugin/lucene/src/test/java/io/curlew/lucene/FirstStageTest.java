package io.curlew.lucene;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.SearchSpace;
import io.curlew.cur.SyntheticScores;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.testing.Seeds;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.Bits;
import org.junit.jupiter.api.Test;

class FirstStageTest {

  private final SyntheticScores scores = SyntheticScores.draw(4, 1, 60, 3, Seeds.random());
  private final AnchorSet anchors = scores.anchorSet();

  @Test
  void bm25ScoresAreLucenes() throws IOException {
    Directory directory =
        SyntheticIndex.build(scores, anchors, IntStream.range(0, 60).toArray(), 3);
    try (DirectoryReader reader = SyntheticIndex.open(directory)) {
      IndexSearcher searcher = new IndexSearcher(reader);
      float[] result = new float[reader.maxDoc()];
      new Bm25FirstStage("text", new WhitespaceAnalyzer())
          .score(searcher, "document 7 12", new Bits.MatchAllBits(60), result);
      BooleanQuery query =
          new BooleanQuery.Builder()
              .add(new TermQuery(new Term("text", "document")), BooleanClause.Occur.SHOULD)
              .add(new TermQuery(new Term("text", "7")), BooleanClause.Occur.SHOULD)
              .add(new TermQuery(new Term("text", "12")), BooleanClause.Occur.SHOULD)
              .build();
      for (ScoreDoc hit : searcher.search(query, 60).scoreDocs) {
        assertEquals(hit.score, result[hit.doc], 1e-6f);
      }
    }
  }

  @Test
  void documentsThatBm25DoesNotMatchScoreNothingAndFillAShortListFromTheFallback()
      throws IOException {
    Directory directory =
        SyntheticIndex.build(scores, anchors, IntStream.range(0, 60).toArray(), 3);
    try (DirectoryReader reader = SyntheticIndex.open(directory)) {
      CurSearcher searcher =
          CurSearcher.open(new IndexSearcher(reader), CurSchema.DEFAULT, anchors);
      TextEmbedder embedder = texts -> new float[][] {{1, 0}}; // the vector's first entry is d + 1
      FirstStage bm25 =
          new FilledFirstStage(
              new Bm25FirstStage("text", new WhitespaceAnalyzer()),
              new DenseFirstStage("dense", embedder));
      SearchSpace space = searcher.space("7 12", bm25, SyntheticIndex.model(scores), null);
      int[] list = space.firstStage(4);
      assertEquals(
          List.of("document number 59", "document number 58"), searcher.texts(list).subList(2, 4));
      assertTrue(searcher.texts(list).subList(0, 2).contains("document number 7"));
      float[] firstStage = space.rows(list).firstStage();
      assertTrue(firstStage[0] > 0 && firstStage[1] > 0);
      assertArrayEquals(new float[] {0, 0}, new float[] {firstStage[2], firstStage[3]});
    }
  }

  @Test
  void denseScoresAreDotProducts() throws IOException {
    Directory directory =
        SyntheticIndex.build(scores, anchors, IntStream.range(0, 60).toArray(), 2);
    try (DirectoryReader reader = SyntheticIndex.open(directory)) {
      float[] result = new float[reader.maxDoc()];
      new DenseFirstStage("dense", texts -> new float[][] {{2, -1}})
          .score(new IndexSearcher(reader), "q", new Bits.MatchAllBits(60), result);
      for (int d = 0; d < 60; d++) {
        assertEquals(2 * (d + 1) - scores.firstStage(0, d), result[d], 1e-4f);
      }
    }
  }
}
