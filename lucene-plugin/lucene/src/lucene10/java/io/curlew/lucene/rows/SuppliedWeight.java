package io.curlew.lucene.rows;

import org.apache.lucene.search.Query;
import org.apache.lucene.search.Weight;

/** A weight that makes scorers by a supplier, as every weight of Lucene 10 does. */
public abstract class SuppliedWeight extends Weight {

  /** A weight of a query. */
  protected SuppliedWeight(Query query) {
    super(query);
  }
}
