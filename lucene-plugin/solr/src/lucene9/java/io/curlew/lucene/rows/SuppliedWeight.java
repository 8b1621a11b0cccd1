package io.curlew.lucene.rows;

import java.io.IOException;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.ScorerSupplier;
import org.apache.lucene.search.Weight;
import org.jspecify.annotations.Nullable;

/** A weight that makes scorers by a supplier, as every weight of Lucene 10 does. */
public abstract class SuppliedWeight extends Weight {

  /** A weight of a query. */
  protected SuppliedWeight(Query query) {
    super(query);
  }

  @Override
  public abstract @Nullable ScorerSupplier scorerSupplier(LeafReaderContext context)
      throws IOException;

  @Override
  public @Nullable Scorer scorer(LeafReaderContext context) throws IOException {
    ScorerSupplier supplier = scorerSupplier(context);
    return supplier == null ? null : supplier.get(Long.MAX_VALUE);
  }
}
