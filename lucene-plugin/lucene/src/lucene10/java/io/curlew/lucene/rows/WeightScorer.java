package io.curlew.lucene.rows;

import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.Weight;

/** A scorer of a weight, which Lucene 10 does not ask for. */
public abstract class WeightScorer extends Scorer {

  /** A scorer of a weight. */
  protected WeightScorer(Weight weight) {}
}
