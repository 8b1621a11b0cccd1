package io.curlew.lucene;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.junit.jupiter.api.Test;

/** Queries as long as documents. */
class LongQueryTest {

  private static final int WORDS = 3000;

  private final WhitespaceAnalyzer analyzer = new WhitespaceAnalyzer();

  /** Word {@code w<i>} is in the documents from i on, so that the last words are the rarest. */
  private Directory index() throws IOException {
    Directory directory = new ByteBuffersDirectory();
    try (IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig(analyzer))) {
      for (int d = 0; d < 60; d++) {
        String text =
            IntStream.range(0, WORDS)
                .filter(limit(d))
                .mapToObj(i -> "w" + i)
                .collect(Collectors.joining(" "));
        Document document = new Document();
        document.add(new TextField("text", text, Field.Store.NO));
        document.add(new TextField("title", "d" + d, Field.Store.NO));
        writer.addDocument(document);
      }
    }
    return directory;
  }

  private static java.util.function.IntPredicate limit(int d) {
    return i -> i <= 50 * d + 49;
  }

  private static String words() {
    return IntStream.range(0, WORDS).mapToObj(i -> "w" + i).collect(Collectors.joining(" "));
  }

  @Test
  void ofMoreWordsThanLuceneAllowsTheRarestCount() throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(index())) {
      IndexSearcher searcher = new IndexSearcher(reader);
      int most = IndexSearcher.getMaxClauseCount();
      Query query = new WordsQuery(List.of("text", "title"), analyzer, words() + " unheard of");
      BooleanQuery.Builder expected = new BooleanQuery.Builder();
      for (int i = WORDS - most; i < WORDS; i++) {
        expected.add(new TermQuery(new Term("text", "w" + i)), BooleanClause.Occur.SHOULD);
      }
      same(searcher, expected.build(), query);
    }
  }

  @Test
  void aWordThatIsThereOftenWeighsAsOften() throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(index())) {
      Query query =
          new WordsQuery(List.of("text"), analyzer, "w5 w2990 w7 " + "w2990 ".repeat(1999));
      BooleanQuery.Builder expected = new BooleanQuery.Builder();
      expected.add(
          new org.apache.lucene.search.BoostQuery(new TermQuery(new Term("text", "w2990")), 2000),
          BooleanClause.Occur.SHOULD);
      expected.add(new TermQuery(new Term("text", "w5")), BooleanClause.Occur.SHOULD);
      expected.add(new TermQuery(new Term("text", "w7")), BooleanClause.Occur.SHOULD);
      same(new IndexSearcher(reader), expected.build(), query);
    }
  }

  private static void same(IndexSearcher searcher, Query expected, Query found) throws IOException {
    ScoreDoc[] hits = searcher.search(expected, 60).scoreDocs;
    ScoreDoc[] others = searcher.search(found, 60).scoreDocs;
    assertEquals(hits.length, others.length);
    assertTrue(hits.length > 10);
    for (int i = 0; i < hits.length; i++) {
      assertEquals(hits[i].doc, others[i].doc);
      assertEquals(hits[i].score, others[i].score, 1e-5f * hits[i].score);
    }
  }

  @Test
  void aTextWithoutAWordMatchesNothing() throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(index())) {
      assertEquals(
          MatchNoDocsQuery.class,
          new WordsQuery(List.of("text"), analyzer, " \t ")
              .rewrite(new IndexSearcher(reader))
              .getClass());
    }
  }
}
