package io.curlew.lucene.rows;

import io.curlew.cur.BestScores;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Objects;
import java.util.function.IntPredicate;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.Collector;
import org.apache.lucene.search.CollectorManager;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.LeafCollector;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.Scorable;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.FixedBitSet;
import org.jspecify.annotations.Nullable;

/**
 * The scores of any Lucene query. Its list comes from the searcher's own collection, which skips
 * what cannot be among the best; negative infinity counts as no match.
 */
public final class QueryScores implements FeatureScores {

  private static final IntPredicate NONE = document -> false;

  private final IndexView view;
  private final Query query;
  private final FixedBitSet accepted;
  private @Nullable Weight weight; // made when first needed: it looks its terms up

  /**
   * The scores of accepted documents.
   *
   * @param accepted by document of the whole index
   */
  public QueryScores(IndexView view, Query query, FixedBitSet accepted) throws IOException {
    this.view = view;
    this.query = view.searcher().rewrite(query);
    this.accepted = accepted;
  }

  @Override
  public int[] list(int n) throws IOException {
    if (n == 0) {
      return new int[0];
    }
    BestScores.Likely likely = new BestScores.Likely(NONE, n);
    view.searcher().search(query, new Manager(likely));
    return new BestScores(view.ids()).select(likely).documents();
  }

  @Override
  public float[] of(int[] documents) throws IOException {
    IndexSearcher searcher = view.searcher();
    float[] scores = new float[documents.length];
    Arrays.fill(scores, Float.NaN);
    Weight made = weight == null ? searcher.createWeight(query, ScoreMode.COMPLETE, 1) : weight;
    weight = made;
    InIndexOrder order = InIndexOrder.of(documents);
    for (InIndexOrder.Group group : order.groups(searcher.getIndexReader(), Integer.MAX_VALUE)) {
      Scorer scorer = made.scorer(group.leaf());
      for (int i = group.from(); scorer != null && i < group.to(); i++) {
        int document = order.documents()[i] - group.leaf().docBase;
        if (scorer.docID() < document) {
          scorer.iterator().advance(document);
        }
        if (scorer.docID() == document) {
          scores[order.places()[i]] = checked(scorer.score(), order.documents()[i]);
        }
      }
    }
    return scores;
  }

  private float checked(float score, int document) throws IOException {
    if (score == Float.POSITIVE_INFINITY) {
      throw new IOException(
          "score of a first stage must be finite, got: "
              + score
              + " for document "
              + view.ids(new int[] {document}).getFirst()
              + " by "
              + query);
    }
    return score == Float.NEGATIVE_INFINITY ? Float.NaN : score;
  }

  private final class Manager implements CollectorManager<PartCollector, Boolean> {

    private final BestScores.Likely likely;

    Manager(BestScores.Likely likely) {
      this.likely = likely;
    }

    @Override
    public PartCollector newCollector() {
      return new PartCollector(likely.part());
    }

    @Override
    public Boolean reduce(Collection<PartCollector> collectors) {
      collectors.forEach(collector -> collector.part.end());
      return true;
    }
  }

  private final class PartCollector implements Collector {

    private final BestScores.Likely.Part part;

    PartCollector(BestScores.Likely.Part part) {
      this.part = part;
    }

    @Override
    public LeafCollector getLeafCollector(LeafReaderContext leaf) {
      return new Leaf(leaf.docBase);
    }

    @Override
    public ScoreMode scoreMode() {
      return ScoreMode.TOP_SCORES;
    }

    private final class Leaf implements LeafCollector {

      private final int docBase;
      private @Nullable Scorable scorer; // set before anything is collected
      private float floor = Float.NEGATIVE_INFINITY;

      Leaf(int docBase) {
        this.docBase = docBase;
      }

      @Override
      public void setScorer(Scorable scorer) throws IOException {
        this.scorer = scorer;
        floor = Float.NEGATIVE_INFINITY;
        skip(scorer);
      }

      @Override
      public void collect(int doc) throws IOException {
        int document = docBase + doc;
        Scorable of = Objects.requireNonNull(scorer);
        if (document < accepted.length() && accepted.get(document)) {
          float score = checked(of.score(), document);
          if (!Float.isNaN(score)) {
            part.add(document, score);
            skip(of);
          }
        }
      }

      /** What scores less than the floor need not be collected; ties with it must. */
      private void skip(Scorable of) throws IOException {
        if (part.floor() > floor) {
          floor = part.floor();
          of.setMinCompetitiveScore(floor);
        }
      }
    }
  }
}
