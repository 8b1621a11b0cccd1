package io.curlew.demo;

import io.curlew.cur.AdaptiveSearch;
import io.curlew.cur.Hit;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.model.InteractionModel;
import io.curlew.lucene.AnchorRowWriter;
import io.curlew.lucene.Bm25FirstStage;
import io.curlew.lucene.CurCodec;
import io.curlew.lucene.CurIndexCopy;
import io.curlew.lucene.CurSchema;
import io.curlew.lucene.CurSearcher;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;

/**
 * Takes a Lucene index that knows nothing of Curlew, and any model, to budgeted search. The index
 * must store an id, which is one term, and a text. Copy from here.
 */
final class ExistingIndexExample {

  private static final int SAMPLE = 1000;

  private ExistingIndexExample() {}

  /** Makes the second index, or brings it up to date, and searches in it. */
  static List<Hit> run(
      Path existing,
      Path added,
      InteractionModel model,
      Analyzer analyzer,
      List<String> anchorQueries,
      String query)
      throws IOException {
    CurSchema schema = new CurSchema("key", "body", "anchors", "unused"); // your field names
    try (Directory from = FSDirectory.open(existing);
        Directory to = FSDirectory.open(added);
        DirectoryReader source = DirectoryReader.open(from)) {
      List<String> sample = new ArrayList<>();
      for (int d = 0; d < source.maxDoc() && sample.size() < SAMPLE; d++) {
        sample.add(source.storedFields().document(d).get(schema.text()));
      }
      AnchorSet anchors = AnchorSet.create(anchorQueries, model, sample);
      IndexWriterConfig config = new IndexWriterConfig(analyzer).setCodec(CurCodec.flat());
      try (IndexWriter writer = new IndexWriter(to, config);
          AnchorRowWriter rows = AnchorRowWriter.over(writer, "anchors", anchors, model)) {
        CurIndexCopy.run(source, schema, rows, stored -> document(stored, schema));
      }
      try (DirectoryReader reader = DirectoryReader.open(to)) {
        CurSearcher searcher = CurSearcher.open(new IndexSearcher(reader), schema, anchors);
        return searcher
            .search(
                new AdaptiveSearch(),
                new Bm25FirstStage(schema.text(), analyzer),
                model,
                SearchRequest.of(query, 10, 50)) // ten hits for fifty model calls
            .hits();
      }
    }
  }

  /** What the second index holds of a document. */
  private static List<Field> document(Document stored, CurSchema schema) {
    return List.of(
        new StringField(schema.requireId(), stored.get(schema.requireId()), Field.Store.YES),
        new TextField(schema.text(), stored.get(schema.text()), Field.Store.YES));
  }
}
