package io.curlew.demo.index;

import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.ConstantScoreScorer;
import org.apache.lucene.search.ConstantScoreWeight;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.ScorerSupplier;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.BitSetIterator;
import org.apache.lucene.util.FixedBitSet;
import org.jspecify.annotations.Nullable;

/** Documents of one reader by number, such as those of one segment. */
public final class DocumentSet extends Query {

  private final FixedBitSet documents;

  private DocumentSet(FixedBitSet documents) {
    this.documents = documents;
  }

  /** Some documents. */
  public static DocumentSet of(int... documents) {
    int most = 0;
    for (int document : documents) {
      most = Math.max(most, document);
    }
    FixedBitSet set = new FixedBitSet(most + 1);
    for (int document : documents) {
      set.set(document);
    }
    return new DocumentSet(set);
  }

  /**
   * Documents that follow each other.
   *
   * @param from the first
   * @param to one after the last
   */
  public static DocumentSet range(int from, int to) {
    FixedBitSet set = new FixedBitSet(Math.max(1, to));
    if (from < to) {
      set.set(from, to);
    }
    return new DocumentSet(set);
  }

  /** Those of a segment, by their numbers in it. */
  private FixedBitSet of(LeafReaderContext leaf) {
    int length = Math.min(leaf.reader().maxDoc(), documents.length() - leaf.docBase);
    FixedBitSet some = new FixedBitSet(Math.max(1, length));
    for (int d = 0; d < length; d++) {
      if (documents.get(leaf.docBase + d)) {
        some.set(d);
      }
    }
    return some;
  }

  @Override
  public Weight createWeight(IndexSearcher searcher, ScoreMode mode, float boost) {
    return new ConstantScoreWeight(this, boost) {
      @Override
      public @Nullable ScorerSupplier scorerSupplier(LeafReaderContext leaf) {
        FixedBitSet some = of(leaf);
        int count = some.cardinality();
        if (count == 0) {
          return null;
        }
        return new ScorerSupplier() {
          @Override
          public Scorer get(long leadCost) {
            return new ConstantScoreScorer(score(), mode, new BitSetIterator(some, count));
          }

          @Override
          public long cost() {
            return count;
          }
        };
      }

      @Override
      public boolean isCacheable(LeafReaderContext leaf) {
        return false; // numbers change with the index
      }
    };
  }

  @Override
  public void visit(QueryVisitor visitor) {
    visitor.visitLeaf(this);
  }

  @Override
  public String toString(String field) {
    return documents.cardinality() + " documents";
  }

  @Override
  public boolean equals(Object other) {
    return sameClassAs(other) && ((DocumentSet) other).documents.equals(documents);
  }

  @Override
  public int hashCode() {
    return 31 * classHash() + documents.hashCode();
  }
}
