package io.curlew.lucene;

import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;

/** Looks up external ids in the doc values of the id field. */
final class DocumentIds {

  private final IndexReader reader;
  private final String field;

  DocumentIds(IndexReader reader, String field) {
    this.reader = reader;
    this.field = field;
  }

  /** The ids of documents, in the order given. */
  List<String> of(int[] documents) throws IOException {
    String[] ids = new String[documents.length];
    int[] inOrder =
        IntStream.range(0, documents.length)
            .boxed()
            .sorted(Comparator.comparingInt(i -> documents[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    List<LeafReaderContext> leaves = reader.leaves();
    int leafEnd = 0;
    int docBase = 0;
    BinaryDocValues values = null;
    for (int i : inOrder) {
      int document = documents[i];
      if (values == null || document >= leafEnd) {
        LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(document, leaves));
        docBase = leaf.docBase;
        leafEnd = docBase + leaf.reader().maxDoc();
        values = leaf.reader().getBinaryDocValues(field);
      }
      if (values == null || !values.advanceExact(document - docBase)) {
        throw new IncompatibleIndexException(
            "every document must have an id in the doc values of field \"" + field + '"');
      }
      ids[i] = values.binaryValue().utf8ToString();
    }
    return Arrays.asList(ids);
  }
}
