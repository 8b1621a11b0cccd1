package io.curlew.lucene.rows;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.TermToBytesRefAttribute;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.QueryBuilder;

/**
 * Any of a text's words in any of some fields. A text may be as long as a document: of more words
 * than Lucene allows clauses the rarest are kept, which tell documents apart, each with the weight
 * of how often it is there.
 */
public final class WordsQuery {

  private WordsQuery() {}

  /**
   * The query; it matches nothing if the analyzer leaves no word.
   *
   * @param reader says which words are rare
   */
  public static Query of(IndexReader reader, List<String> fields, Analyzer analyzer, String text)
      throws IOException {
    Map<Term, Integer> words = new LinkedHashMap<>();
    int tokens = 0;
    for (String field : fields) {
      tokens += count(field, analyzer, text, words);
    }
    int most = IndexSearcher.getMaxClauseCount();
    Query query = tokens <= most ? all(fields, analyzer, text) : rarest(words, most, reader);
    return query instanceof BooleanQuery any && any.clauses().isEmpty()
        ? new MatchNoDocsQuery("no words")
        : query;
  }

  private static Query all(List<String> fields, Analyzer analyzer, String text) {
    QueryBuilder builder = new QueryBuilder(analyzer);
    List<Query> found = new ArrayList<>();
    for (String field : fields) {
      Query words = builder.createBooleanQuery(field, text);
      if (words != null) {
        found.add(words);
      }
    }
    return found.size() == 1 ? found.getFirst() : any(found);
  }

  private static Query any(List<Query> queries) {
    BooleanQuery.Builder any = new BooleanQuery.Builder();
    queries.forEach(query -> any.add(query, BooleanClause.Occur.SHOULD));
    return any.build();
  }

  private static int count(String field, Analyzer analyzer, String text, Map<Term, Integer> words)
      throws IOException {
    int tokens = 0;
    try (TokenStream stream = analyzer.tokenStream(field, text)) {
      TermToBytesRefAttribute term = stream.getAttribute(TermToBytesRefAttribute.class);
      stream.reset();
      while (term != null && stream.incrementToken()) {
        words.merge(new Term(field, BytesRef.deepCopyOf(term.getBytesRef())), 1, Integer::sum);
        tokens++;
      }
      stream.end();
    }
    return tokens;
  }

  private static Query rarest(Map<Term, Integer> words, int most, IndexReader reader)
      throws IOException {
    Map<Term, Integer> frequencies = new LinkedHashMap<>();
    for (Term word : words.keySet()) {
      int frequency = reader.docFreq(word);
      if (frequency > 0) {
        frequencies.put(word, frequency);
      }
    }
    List<Query> kept =
        frequencies.entrySet().stream()
            .sorted(Map.Entry.<Term, Integer>comparingByValue().thenComparing(Map.Entry::getKey))
            .limit(most)
            .map(entry -> weighted(entry.getKey(), words.getOrDefault(entry.getKey(), 1)))
            .toList();
    return any(kept);
  }

  private static Query weighted(Term word, int times) {
    Query query = new TermQuery(word);
    return times == 1 ? query : new BoostQuery(query, times);
  }
}
