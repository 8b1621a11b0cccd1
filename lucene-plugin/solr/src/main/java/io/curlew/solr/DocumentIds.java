package io.curlew.solr;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.SortedDocValues;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.CharsRefBuilder;
import org.apache.solr.schema.SchemaField;
import org.apache.solr.search.SolrIndexSearcher;

/** The unique keys of documents: from doc values where the field has them, else stored. */
final class DocumentIds {

  private final SolrIndexSearcher searcher;
  private final SchemaField key;

  DocumentIds(SolrIndexSearcher searcher) {
    this.searcher = searcher;
    this.key = searcher.getSchema().getUniqueKeyField();
  }

  /** The keys of documents, in the order given. */
  List<String> of(int[] documents) throws IOException {
    String[] ids = new String[documents.length];
    List<LeafReaderContext> leaves = searcher.getIndexReader().leaves();
    StoredFields stored = searcher.getIndexReader().storedFields();
    Integer[] order = new Integer[documents.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (a, b) -> Integer.compare(documents[a], documents[b]));
    LeafReaderContext leaf = null;
    SortedDocValues values = null;
    for (int i : order) {
      LeafReaderContext of = leaves.get(ReaderUtil.subIndex(documents[i], leaves));
      if (of != leaf) {
        leaf = of;
        values = key.hasDocValues() ? leaf.reader().getSortedDocValues(key.getName()) : null;
      }
      ids[i] =
          values != null && values.advanceExact(documents[i] - of.docBase)
              ? readable(values.lookupOrd(values.ordValue()))
              : stored(stored.document(documents[i], Set.of(key.getName())));
    }
    return Arrays.asList(ids);
  }

  private String readable(BytesRef indexed) {
    return key.getType().indexedToReadable(indexed, new CharsRefBuilder()).toString();
  }

  private String stored(Document document) {
    return key.getType().toExternal(document.getField(key.getName()));
  }
}
