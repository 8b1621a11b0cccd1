package io.curlew.lucene;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.QueryBuilder;

/**
 * Any of a text's words in any of some fields, as BM25 ranks them. A text may be as long as a
 * document: of more words than Lucene allows clauses the rarest in the index are kept, which tell
 * documents apart, each with the weight of how often it is there. Immutable.
 */
public final class WordsQuery extends Query {

  private final List<String> fields;
  private final Analyzer analyzer;
  private final String text;

  /**
   * A query over fields that were indexed with this analyzer.
   *
   * @param fields at least one
   */
  public WordsQuery(List<String> fields, Analyzer analyzer, String text) {
    if (fields.isEmpty()) {
      throw new IllegalArgumentException("fields must be at least one, got none");
    }
    this.fields = List.copyOf(fields);
    this.analyzer = analyzer;
    this.text = text;
  }

  /** Becomes a query over words; one that matches nothing if the analyzer leaves none. */
  @Override
  public Query rewrite(IndexSearcher searcher) throws IOException {
    Map<Term, Integer> words = new LinkedHashMap<>();
    int tokens = count(words);
    if (tokens == 0) {
      return new MatchNoDocsQuery("no words");
    }
    int most = IndexSearcher.getMaxClauseCount();
    return tokens <= most ? all() : rarest(words, most, searcher.getIndexReader());
  }

  /** Shows the words, as a highlighter wants them. */
  @Override
  public void visit(QueryVisitor visitor) {
    Map<Term, Integer> words = new LinkedHashMap<>();
    try {
      count(words);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    QueryVisitor any = visitor.getSubVisitor(BooleanClause.Occur.SHOULD, this);
    for (String field : fields) {
      Term[] some =
          words.keySet().stream().filter(word -> word.field().equals(field)).toArray(Term[]::new);
      if (some.length > 0 && any.acceptField(field)) {
        any.consumeTerms(this, some);
      }
    }
  }

  @Override
  public String toString(String defaultField) {
    return "WordsQuery(" + fields + ", " + text + ")";
  }

  @Override
  public boolean equals(Object other) {
    return sameClassAs(other) && equalsTo((WordsQuery) other);
  }

  private boolean equalsTo(WordsQuery that) {
    return fields.equals(that.fields) && analyzer == that.analyzer && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return Objects.hash(classHash(), fields, text);
  }

  private Query all() {
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

  private int count(Map<Term, Integer> words) throws IOException {
    int tokens = 0;
    for (String field : fields) {
      tokens += count(field, words);
    }
    return tokens;
  }

  private int count(String field, Map<Term, Integer> words) throws IOException {
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
