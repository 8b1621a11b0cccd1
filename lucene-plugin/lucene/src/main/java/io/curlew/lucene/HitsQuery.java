package io.curlew.lucene;

import io.curlew.cur.Hit;
import io.curlew.lucene.rows.HitsScorer;
import io.curlew.lucene.rows.SuppliedWeight;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Matches;
import org.apache.lucene.search.MatchesUtils;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.ScorerSupplier;
import org.apache.lucene.search.Weight;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link CurQuery} becomes: its hits in one reader, and their scores. Given another reader
 * it searches that one, as the query itself would: hits of one reader say nothing of another.
 */
final class HitsQuery extends Query {

  private final CurQuery origin;
  private final FoundHits found;
  private final Object reader; // its identity

  HitsQuery(CurQuery origin, FoundHits found, Object reader) {
    this.origin = origin;
    this.found = found;
    this.reader = reader;
  }

  @Override
  public Weight createWeight(IndexSearcher searcher, ScoreMode mode, float boost)
      throws IOException {
    boolean same = searcher.getIndexReader().getContext().id() == reader;
    return new HitsWeight(searcher, same ? found : origin.found(searcher), boost);
  }

  private final class HitsWeight extends SuppliedWeight {

    private final IndexSearcher searcher;
    private final FoundHits found;
    private final float boost;

    HitsWeight(IndexSearcher searcher, FoundHits found, float boost) {
      super(HitsQuery.this);
      this.searcher = searcher;
      this.found = found;
      this.boost = boost;
    }

    private int first(LeafReaderContext context) {
      return found.place(context.docBase);
    }

    private int end(LeafReaderContext context) {
      return found.place(context.docBase + context.reader().maxDoc());
    }

    @Override
    public int count(LeafReaderContext context) {
      return end(context) - first(context);
    }

    @Override
    public @Nullable ScorerSupplier scorerSupplier(LeafReaderContext context) {
      int first = first(context);
      int end = end(context);
      if (first == end) {
        return null;
      }
      return new ScorerSupplier() {
        @Override
        public Scorer get(long leadCost) {
          return new HitsScorer(
              HitsWeight.this,
              found.documents(),
              found.scores(),
              context.docBase,
              first,
              end,
              boost);
        }

        @Override
        public long cost() {
          return end - first;
        }
      };
    }

    /** Where the words of the first stages are in a hit, which is what can be marked of it. */
    @Override
    public @Nullable Matches matches(LeafReaderContext context, int document) throws IOException {
      if (Arrays.binarySearch(found.documents(), context.docBase + document) < 0) {
        return null;
      }
      List<Matches> all = new ArrayList<>();
      for (Query query : origin.shown()) {
        Weight weight =
            searcher.createWeight(searcher.rewrite(query), ScoreMode.COMPLETE_NO_SCORES, 1);
        Matches some = weight.matches(context, document);
        if (some != null) {
          all.add(some);
        }
      }
      return all.isEmpty() ? MatchesUtils.MATCH_WITH_NO_TERMS : MatchesUtils.fromSubMatches(all);
    }

    @Override
    public boolean isCacheable(LeafReaderContext context) {
      return true; // equal queries have the hits of the same reader
    }

    @Override
    public Explanation explain(LeafReaderContext context, int document) {
      int place = Arrays.binarySearch(found.documents(), context.docBase + document);
      if (place < 0) {
        return Explanation.noMatch("not among the " + found.documents().length + " hits");
      }
      Hit hit = found.hits()[place];
      String how =
          hit.exact()
              ? "raw score, exact, from the model in round " + hit.round() + profile(hit)
              : "raw score, an estimate: the model was not called for this document" + profile(hit);
      return Explanation.match(
          found.scores()[place] * boost,
          "score, computed as boost "
              + boost
              + " * (1 + (raw - lowest) / (highest - lowest)), a little less where the ranking"
              + " needs it, from:",
          Explanation.match(hit.score(), how),
          Explanation.match(found.lowest(), "lowest raw score of the hits"),
          Explanation.match(found.highest(), "highest raw score of the hits"));
    }
  }

  /** What a ranking profile adds is part of the raw score. */
  private static String profile(Hit hit) {
    return hit.score() == hit.modelScore()
        ? ""
        : ", " + hit.modelScore() + " and what the ranking profile adds";
  }

  /** Shows what the query that it was shows. */
  @Override
  public void visit(QueryVisitor visitor) {
    origin.visit(visitor);
  }

  @Override
  public String toString(String field) {
    return found.documents().length + " hits of " + origin.toString(field);
  }

  @Override
  public boolean equals(Object other) {
    return sameClassAs(other) && equalsTo((HitsQuery) other);
  }

  private boolean equalsTo(HitsQuery that) {
    return reader == that.reader
        && origin.equals(that.origin)
        && Arrays.equals(found.documents(), that.found.documents())
        && Arrays.equals(found.scores(), that.found.scores());
  }

  @Override
  public int hashCode() {
    return Objects.hash(
        classHash(), System.identityHashCode(reader), origin, Arrays.hashCode(found.documents()));
  }
}
