package io.curlew.opensearch;

import io.curlew.cur.shards.ShardedSearchSpace;
import io.curlew.lucene.rows.HitExplanation;
import io.curlew.lucene.rows.HitsScorer;
import io.curlew.lucene.rows.RowReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.BooleanClause;
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

/** The hits of a search in one shard, with scores that are known. */
final class ShardHitsQuery extends Query {

  private final CurFound found;
  private final String index;
  private final AnchorRowFieldMapper.Type type;
  private final List<Query> shown;

  /**
   * Hits of an index.
   *
   * @param type of the anchor field
   * @param shown the first stage, whose words a highlighter marks
   */
  ShardHitsQuery(CurFound found, String index, AnchorRowFieldMapper.Type type, List<Query> shown) {
    this.found = found;
    this.index = index;
    this.type = type;
    this.shown = shown;
  }

  @Override
  public Weight createWeight(IndexSearcher searcher, ScoreMode mode, float boost)
      throws IOException {
    Map<String, CurFound.Found> byId = found.ofIndex(index);
    List<String> ids = List.copyOf(byId.keySet());
    int[] documents =
        new DocumentNames(index, false).documents(searcher.getIndexReader(), type.name(), ids);
    Map<Integer, CurFound.Found> hits = new TreeMap<>();
    for (int i = 0; i < documents.length; i++) {
      if (documents[i] >= 0) {
        hits.put(documents[i], Objects.requireNonNull(byId.get(ids.get(i))));
      }
    }
    return new HitsWeight(searcher, hits, boost);
  }

  private final class HitsWeight extends Weight {

    private final IndexSearcher searcher;
    private final float boost;
    private final int[] documents; // ascending
    private final CurFound.Found[] hits;
    private final float[] scores;

    HitsWeight(IndexSearcher searcher, Map<Integer, CurFound.Found> found, float boost) {
      super(ShardHitsQuery.this);
      this.searcher = searcher;
      this.boost = boost;
      this.documents = found.keySet().stream().mapToInt(Integer::intValue).toArray();
      this.hits = found.values().toArray(CurFound.Found[]::new);
      this.scores = new float[hits.length];
      for (int i = 0; i < scores.length; i++) {
        scores[i] = hits[i].value();
      }
    }

    private int first(LeafReaderContext context) {
      return HitsScorer.place(documents, context.docBase);
    }

    private int end(LeafReaderContext context) {
      return HitsScorer.place(documents, context.docBase + context.reader().maxDoc());
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
              HitsWeight.this, documents, scores, context.docBase, first, end, boost);
        }

        @Override
        public long cost() {
          return end - first;
        }
      };
    }

    /** Where the words of the first stage are in a hit. */
    @Override
    public @Nullable Matches matches(LeafReaderContext context, int document) throws IOException {
      if (Arrays.binarySearch(documents, context.docBase + document) < 0) {
        return null;
      }
      List<Matches> all = new ArrayList<>();
      for (Query query : shown) {
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
      return true; // equal queries have the same hits
    }

    @Override
    public Explanation explain(LeafReaderContext context, int document) throws IOException {
      int place = Arrays.binarySearch(documents, context.docBase + document);
      if (place < 0) {
        return Explanation.noMatch("not among the hits of " + found.search().name());
      }
      CurFound.Found hit = hits[place];
      List<Explanation> features = new ArrayList<>();
      int f = 0;
      for (ShardedSearchSpace.Feature feature : found.search().allFeatures()) {
        float value = hit.features()[f++];
        if (!Float.isNaN(value)) {
          features.add(Explanation.match(value, "first stage, " + feature.name()));
        }
      }
      float[] row =
          found.estimate() == null
              ? new float[0]
              : new RowReader(searcher, type.name(), type.anchors())
                  .values(new int[] {documents[place]})[0];
      return Explanation.match(
          scores[place] * boost,
          "score, computed as boost "
              + boost
              + " * (1 + raw where raw is at least 0, else 1 / (1 - raw)), a little less where the"
              + " ranking needs it, from raw:",
          HitExplanation.of(type.anchors(), hit.hit(), features, found.estimate(), row));
    }
  }

  @Override
  public void visit(QueryVisitor visitor) {
    QueryVisitor any = visitor.getSubVisitor(BooleanClause.Occur.SHOULD, this);
    shown.forEach(query -> query.visit(any));
  }

  @Override
  public String toString(String field) {
    return "hits of " + found.search().name();
  }

  @Override
  public boolean equals(Object other) {
    return sameClassAs(other) && equalsTo((ShardHitsQuery) other);
  }

  private boolean equalsTo(ShardHitsQuery that) {
    return index.equals(that.index) && found.equals(that.found);
  }

  @Override
  public int hashCode() {
    return Objects.hash(classHash(), index, found);
  }
}
