package io.curlew.lucene;

import io.curlew.cur.AdaptiveSearch;
import io.curlew.cur.ModelCall;
import io.curlew.cur.ModelCalls;
import io.curlew.cur.SearchMethod;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.SearchResult;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.IncompatibleIndexException;
import io.curlew.cur.model.InteractionModel;
import io.curlew.lucene.rows.LuceneSearchSpace;
import java.io.IOException;
import java.io.Serial;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.jspecify.annotations.Nullable;

/**
 * A budgeted search as a query among others, in the manner of Lucene's k-NN queries: when it is
 * rewritten it searches, and becomes its k hits. So it goes into a {@code BooleanQuery}, is sorted,
 * paged, counted, highlighted and explained, and facets are counted over its hits.
 *
 * <p>The budget is spent once per reader, however often and in how many threads the query is
 * rewritten, also over single segments of it: what it has found is kept in its {@link QueryMemo}
 * for as long as the reader lives.
 *
 * <p>Lucene wants scores that are not negative: those of the hits are mapped to the range from 1 to
 * 2, in the order of the ranking, see {@link #result} for the model's own, which a listener of the
 * request and {@code explain} give too. A model that fails is an {@code IOException}; a timeout
 * makes the hits those that were known by then, which {@link SearchResult#complete} says.
 *
 * <p>A filter is best given here, where it says what is searched; a clause beside this one in a
 * {@code BooleanQuery} leaves what it matches of the k hits. Soft-deleted documents are no hits of
 * a reader that hides them.
 *
 * <p>Immutable but for the memo, with {@code equals} and {@code hashCode}. Cost of rewriting: that
 * of {@link CurSearcher#search}; of all else: by the number of hits.
 */
public final class CurQuery extends Query {

  private final CurSchema schema;
  private final AnchorSet anchors;
  private final DocumentScorer scorer;
  private final SearchRequest request;
  private final List<Feature> features;
  private final @Nullable Query filter;
  private final @Nullable SearchMethod method; // null is adaptive search
  private final QueryMemo memo;

  private CurQuery(
      CurSchema schema,
      AnchorSet anchors,
      DocumentScorer scorer,
      SearchRequest request,
      List<Feature> features,
      @Nullable Query filter,
      @Nullable SearchMethod method,
      QueryMemo memo) {
    this.schema = schema;
    this.anchors = anchors;
    this.scorer = scorer;
    this.request = request;
    this.features = features;
    this.filter = filter;
    this.method = method;
    this.memo = memo;
  }

  /**
   * A query over all documents with a row in the schema's anchor field, whose texts are stored in
   * its text field.
   *
   * @param anchors of the index
   * @param model of exact scores
   * @param request the text, the number of hits, the budget, a timeout, a listener
   * @param firstStages queries that name likely documents, such as a {@link WordsQuery} and {@link
   *     #nearest}; at least one
   * @throws IncompatibleIndexException if the model is not the query model of the anchors
   */
  public static CurQuery of(
      CurSchema schema,
      AnchorSet anchors,
      InteractionModel model,
      SearchRequest request,
      Query... firstStages)
      throws IncompatibleIndexException {
    List<Feature> features = new ArrayList<>();
    for (Query query : firstStages) {
      boolean words =
          query instanceof WordsQuery
              && features.stream().noneMatch(other -> other.name().equals(Feature.BM25));
      features.add(Feature.of(words ? Feature.BM25 : "query" + features.size(), query));
    }
    return of(schema, anchors, model, request, features);
  }

  /**
   * The same with features, whose weights may have been learned.
   *
   * @param features the first stage, each of another name; at least one
   * @throws IncompatibleIndexException if the model is not the query model of the anchors
   */
  public static CurQuery of(
      CurSchema schema,
      AnchorSet anchors,
      InteractionModel model,
      SearchRequest request,
      List<Feature> features)
      throws IncompatibleIndexException {
    LuceneSearchSpace.checkQueryModel(anchors, model.fingerprint());
    if (features.isEmpty()) {
      throw new IllegalArgumentException("first stages must be at least one, got none");
    }
    return new CurQuery(
        schema,
        anchors,
        DocumentScorer.of(DocumentText.stored(schema.text()), model),
        request,
        List.copyOf(features),
        null,
        null,
        new QueryMemo());
  }

  /** A first stage: the n documents whose vectors are nearest to that of a text. */
  public static Query nearest(String field, TextEmbedder embedder, String text, int n) {
    return new KnnFloatVectorQuery(field, embedder.embed(List.of(text))[0], n);
  }

  /** The same query among the documents that match a filter, with a memo of its own. */
  public CurQuery withFilter(Query filter) {
    return new CurQuery(
        schema, anchors, scorer, request, features, filter, method, new QueryMemo());
  }

  /**
   * The same query by exact scores from elsewhere, such as a model that reads other texts, with a
   * memo of its own.
   *
   * @throws IncompatibleIndexException if they are not of the query model of the anchors
   */
  public CurQuery withScorer(DocumentScorer scorer) throws IncompatibleIndexException {
    LuceneSearchSpace.checkQueryModel(anchors, scorer.fingerprint());
    return new CurQuery(
        schema, anchors, scorer, request, features, filter, method, new QueryMemo());
  }

  /** The same query by another method, with a memo of its own. */
  public CurQuery withMethod(SearchMethod method) {
    return new CurQuery(
        schema, anchors, scorer, request, features, filter, method, new QueryMemo());
  }

  /** The same query with a memo that other queries have too. */
  public CurQuery withMemo(QueryMemo memo) {
    return new CurQuery(schema, anchors, scorer, request, features, filter, method, memo);
  }

  /**
   * The hits with the model's scores, what they have cost, and whether time was over before the
   * budget was; searches if nobody has yet.
   *
   * @throws IncompatibleIndexException if a segment holds rows of other anchors
   * @throws IOException if reading or the model fails
   */
  public SearchResult result(IndexSearcher searcher) throws IOException {
    return found(searcher).result();
  }

  FoundHits found(IndexSearcher searcher) throws IOException {
    IndexReader reader = searcher.getIndexReader();
    return memo.get(reader, key(), () -> search(searcher));
  }

  /** All that the hits depend on besides the reader. */
  private List<Object> key() {
    return List.of(
        schema,
        anchors.fingerprint(),
        scorer,
        request,
        features,
        Optional.ofNullable(filter),
        Optional.ofNullable(method));
  }

  private FoundHits search(IndexSearcher searcher) throws IOException {
    CurSearcher opened = CurSearcher.open(searcher, schema, anchors);
    if (opened.documentCount() == 0) {
      return FoundHits.of(
          new SearchResult(List.of(), 0, 0, 0, List.of(), SearchResult.Stop.BUDGET, null),
          searcher.getIndexReader());
    }
    try {
      return FoundHits.of(
          (method == null ? new AdaptiveSearch() : method)
              .search(
                  opened.space(request.query(), features, new FailingScorer(scorer), filter),
                  request),
          searcher.getIndexReader());
    } catch (ModelFailure e) {
      throw new IOException("model must score, it failed: " + e.getCause(), e.getCause());
    }
  }

  @Override
  public Query rewrite(IndexSearcher searcher) throws IOException {
    FoundHits found = found(searcher);
    return found.documents().length == 0
        ? new MatchNoDocsQuery("no hits of " + this)
        : new HitsQuery(this, found, searcher.getIndexReader().getContext().id());
  }

  /** The queries among the features. */
  private List<Query> queries() {
    List<Query> queries = new ArrayList<>();
    for (Feature feature : features) {
      Query query =
          feature instanceof QueryFeature named ? named.query().apply(request.query()) : null;
      if (query != null) {
        queries.add(query);
      }
    }
    return queries;
  }

  /** Those of them that show terms. */
  List<Query> shown() {
    List<Query> shown = new ArrayList<>();
    for (Query query : queries()) {
      Set<Term> terms = new HashSet<>();
      query.visit(QueryVisitor.termCollector(terms));
      if (!terms.isEmpty()) {
        shown.add(query);
      }
    }
    return shown;
  }

  /** Shows the first stages, whose words a highlighter marks. */
  @Override
  public void visit(QueryVisitor visitor) {
    QueryVisitor any = visitor.getSubVisitor(BooleanClause.Occur.SHOULD, this);
    queries().forEach(query -> query.visit(any));
    if (filter != null) {
      filter.visit(visitor.getSubVisitor(BooleanClause.Occur.FILTER, this));
    }
  }

  @Override
  public String toString(String defaultField) {
    return "CurQuery("
        + schema.anchors()
        + ", \""
        + request.query()
        + "\", budget "
        + request.budget()
        + ", k "
        + request.k()
        + (filter == null ? ")" : ", " + filter + ")");
  }

  @Override
  public boolean equals(Object other) {
    return sameClassAs(other) && key().equals(((CurQuery) other).key());
  }

  @Override
  public int hashCode() {
    return Objects.hash(classHash(), key());
  }

  /** Tells a failure of the model from one of ours. */
  private record FailingScorer(DocumentScorer scorer) implements DocumentScorer {
    @Override
    public String fingerprint() {
      return scorer.fingerprint();
    }

    @Override
    public ModelCalls of(IndexSearcher searcher, String query) throws IOException {
      ModelCalls calls = scorer.of(searcher, query);
      return documents -> {
        ModelCall call = calls.of(documents);
        return () -> {
          try {
            return call.run();
          } catch (RuntimeException e) {
            throw new ModelFailure(e);
          }
        };
      };
    }
  }

  private static final class ModelFailure extends RuntimeException {
    @Serial private static final long serialVersionUID = 1L;

    ModelFailure(RuntimeException cause) {
      super(cause);
    }
  }
}
