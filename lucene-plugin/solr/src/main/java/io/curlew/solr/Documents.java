package io.curlew.solr;

import io.curlew.cur.anchor.IncompatibleIndexException;
import io.curlew.lucene.rows.DocumentIds;
import io.curlew.lucene.rows.FeatureScores;
import io.curlew.lucene.rows.IndexView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.search.Query;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.BytesRefBuilder;
import org.apache.lucene.util.CharsRefBuilder;
import org.apache.lucene.util.FixedBitSet;
import org.apache.solr.common.SolrException;
import org.apache.solr.common.SolrException.ErrorCode;
import org.apache.solr.schema.SchemaField;
import org.apache.solr.search.DocSet;
import org.apache.solr.search.SolrIndexSearcher;
import org.jspecify.annotations.Nullable;

/** The documents of a core as the search sees them. */
final class Documents {

  private Documents() {}

  /**
   * The documents of a core that have an anchor row.
   *
   * @throws SolrException with status 409 if a segment holds rows of other anchors
   */
  static IndexView view(SolrIndexSearcher searcher, String field) throws IOException {
    CurVectorField type = CurSearch.type(searcher.getSchema(), field);
    SchemaField key = searcher.getSchema().getUniqueKeyField();
    DocumentIds ids = new DocumentIds(searcher.getIndexReader(), key.getName(), new KeyFormat(key));
    StoredText text = new StoredText(searcher, type.textFields());
    try {
      return new IndexView(searcher, field, type.anchors(), ids, text::of);
    } catch (IncompatibleIndexException e) {
      throw new SolrException(
          ErrorCode.CONFLICT,
          e.getMessage() + "; documents must be indexed again after a change of anchors",
          e);
    }
  }

  /** The live documents of unique keys, in the order given; -1 where there is none. */
  static int[] find(SolrIndexSearcher searcher, List<String> ids) throws IOException {
    SchemaField key = searcher.getSchema().getUniqueKeyField();
    List<@Nullable BytesRef> terms = new ArrayList<>();
    for (String id : ids) {
      BytesRefBuilder indexed = new BytesRefBuilder();
      key.getType().readableToIndexed(id, indexed);
      terms.add(indexed.get());
    }
    return DocumentIds.find(
        searcher.getIndexReader(), key.getName(), terms, (leaf, document) -> true);
  }

  /** The live documents that have an anchor row and match all filters, and their features. */
  static CurPlan.Pool pool(IndexView view, List<CurFeature> features, List<Query> filters)
      throws IOException {
    SolrIndexSearcher searcher = (SolrIndexSearcher) view.searcher();
    FixedBitSet accepted = view.searchable();
    if (!filters.isEmpty()) {
      DocSet matching = searcher.getDocSet(filters);
      Bits bits = matching.getBits();
      FixedBitSet both = new FixedBitSet(accepted.length());
      for (int document : IndexView.documents(accepted)) {
        if (document < bits.length() && bits.get(document)) {
          both.set(document);
        }
      }
      accepted = both;
    }
    Map<String, FeatureScores> scores = new LinkedHashMap<>();
    for (CurFeature feature : features) {
      scores.put(feature.name(), feature.scores(view, accepted));
    }
    return new CurPlan.Pool(accepted, scores);
  }

  /** Unique keys as Solr shows them. */
  private record KeyFormat(SchemaField key) implements DocumentIds.Format {

    @Override
    public String ofDocValue(BytesRef value) {
      return key.getType().indexedToReadable(value, new CharsRefBuilder()).toString();
    }

    @Override
    public String ofStored(IndexableField stored) {
      return key.getType().toExternal(stored);
    }
  }
}
