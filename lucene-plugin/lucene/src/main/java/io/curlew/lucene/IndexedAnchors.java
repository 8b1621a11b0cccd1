package io.curlew.lucene;

import io.curlew.cur.ModelCalls;
import io.curlew.cur.SearchSpace;
import io.curlew.cur.learn.AnchorQueries;
import io.curlew.lucene.rows.LuceneSearchSpace;
import java.io.IOException;
import java.util.List;
import org.apache.lucene.search.IndexSearcher;
import org.jspecify.annotations.Nullable;

/** The anchor queries, asked of an index; each is asked once. */
final class IndexedAnchors implements AnchorQueries {

  private final CurSearcher searcher;
  private final List<Feature> features;
  private final LuceneSearchSpace[] spaces;

  IndexedAnchors(CurSearcher searcher, List<Feature> features) {
    this.searcher = searcher;
    this.features = List.copyOf(features);
    this.spaces = new LuceneSearchSpace[searcher.anchors().size()];
  }

  @Override
  public SearchSpace space(int anchor) throws IOException {
    return luceneSpace(anchor);
  }

  private LuceneSearchSpace luceneSpace(int anchor) throws IOException {
    if (spaces[anchor] == null) {
      String query = searcher.anchors().queries().get(anchor);
      spaces[anchor] = space(query);
    }
    return spaces[anchor];
  }

  /** The documents for any query, whose model is not to be called. */
  LuceneSearchSpace space(String query) throws IOException {
    return searcher.luceneSpace(query, features, new NoModel(), null);
  }

  @Override
  public float @Nullable [] vector(int anchor) throws IOException {
    return luceneSpace(anchor).vector();
  }

  /** Goes by the name of the query model and is never called. */
  private final class NoModel implements DocumentScorer {

    @Override
    public String fingerprint() {
      return searcher.anchors().queryModelFingerprint();
    }

    @Override
    public ModelCalls of(IndexSearcher searched, String query) {
      return documents -> {
        throw new IllegalStateException("learning must not call the model, it did");
      };
    }
  }
}
