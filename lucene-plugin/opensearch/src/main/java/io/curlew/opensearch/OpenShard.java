package io.curlew.opensearch;

import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.IncompatibleIndexException;
import io.curlew.cur.shards.Shard;
import io.curlew.lucene.Feature;
import io.curlew.lucene.rows.FeatureScores;
import io.curlew.lucene.rows.IndexView;
import io.curlew.lucene.rows.LuceneSearchSpace;
import io.curlew.lucene.rows.QueryScores;
import io.curlew.lucene.rows.VectorScores;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.search.Query;
import org.apache.lucene.util.FixedBitSet;
import org.opensearch.common.util.concurrent.AbstractRefCounted;
import org.opensearch.index.engine.Engine;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryShardContext;
import org.opensearch.index.query.Rewriteable;

/**
 * A shard as one search sees it from its first question to its last: one point in time, and the
 * documents that may be found. Closed when nobody uses it any longer.
 */
final class OpenShard extends AbstractRefCounted {

  private final Engine.Searcher searcher;
  private final DocumentNames names;
  private final AnchorRowFieldMapper.Type type;
  private final CurSearch search;
  private final IndexView view;
  private final FixedBitSet accepted;
  private final Map<String, Query> features = new LinkedHashMap<>();

  /**
   * Looks for the documents that may be found.
   *
   * @param searcher closed with this one
   * @param filters all must match a document
   * @throws IncompatibleIndexException if a segment holds rows of other anchors
   * @throws IllegalArgumentException if a query is not one of this index
   */
  OpenShard(
      Engine.Searcher searcher,
      QueryShardContext context,
      CurSearch search,
      DocumentNames names,
      List<QueryBuilder> filters)
      throws IOException {
    super("shard of a curlew search");
    this.searcher = searcher;
    this.names = names;
    this.search = search;
    if (!(context.fieldMapper(search.field()) instanceof AnchorRowFieldMapper.Type found)) {
      throw new IllegalArgumentException(
          "field must be of type "
              + AnchorRowFieldMapper.TYPE
              + " in every index, got: \""
              + search.field()
              + "\" in "
              + names.index());
    }
    this.type = found;
    IndexReader reader = searcher.getIndexReader();
    SourceTexts texts = new SourceTexts(type.text());
    this.view =
        new IndexView(
            searcher,
            type.name(),
            type.anchors(),
            names.of(reader, type.name()),
            documents -> texts.of(searcher, documents));
    FixedBitSet documents = view.searchable();
    for (QueryBuilder filter : filters) {
      FixedBitSet both = view.matching(lucene(filter, context));
      both.and(documents);
      documents = both;
    }
    for (Map.Entry<String, QueryBuilder> feature : search.features().entrySet()) {
      // once: to rewrite a query may be to run it
      features.put(feature.getKey(), searcher.rewrite(lucene(feature.getValue(), context)));
    }
    if (search.dense() != null) {
      search.dense().check(context, reader);
    }
    this.accepted = search.window() == 0 ? documents : window(documents);
  }

  /** The best by the first feature: among those of all shards there are no others. */
  private FixedBitSet window(FixedBitSet documents) throws IOException {
    Query first = features.values().iterator().next();
    FixedBitSet best = new FixedBitSet(documents.length());
    for (int document : new QueryScores(view, first, documents).list(search.window())) {
      best.set(document);
    }
    return best;
  }

  private static Query lucene(QueryBuilder query, QueryShardContext context) throws IOException {
    return Rewriteable.rewrite(query, context, true).toQuery(context);
  }

  /**
   * Answers a question.
   *
   * @throws IncompatibleIndexException if whoever asks has other anchors, or the model is another
   */
  byte[] answer(byte[] question, NodeModels models, IndexContents contents) throws IOException {
    AnchorSet anchors = type.anchors();
    Map<String, FeatureScores> scores = new LinkedHashMap<>(); // used by one thread
    for (Map.Entry<String, Query> feature : features.entrySet()) {
      scores.put(feature.getKey(), new QueryScores(view, feature.getValue(), accepted));
    }
    DenseVector dense = search.dense();
    if (dense != null) {
      scores.put(Feature.DENSE, new VectorScores(view, dense.field(), dense.values(), accepted));
    }
    LuceneSearchSpace space =
        view.space(accepted, scores, models.get(type.queryModel()), search.query());
    return new Shard(space, contents.of(view, type.name()), ids -> documents(space, ids))
        .answer(question);
  }

  private int[] documents(LuceneSearchSpace space, List<String> ids) throws IOException {
    int[] documents = names.documents(searcher.getIndexReader(), type.name(), ids);
    for (int i = 0; i < documents.length; i++) {
      documents[i] = documents[i] >= 0 && space.accepts(documents[i]) ? documents[i] : -1;
    }
    return documents;
  }

  @Override
  protected void closeInternal() {
    searcher.close();
  }
}
