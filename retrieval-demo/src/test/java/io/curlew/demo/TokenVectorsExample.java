package io.curlew.demo;

import io.curlew.cur.AdaptiveSearch;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.SearchResult;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.model.TokenVectorModel;
import io.curlew.lucene.AnchorRowWriter;
import io.curlew.lucene.CurSchema;
import io.curlew.lucene.CurSearcher;
import io.curlew.lucene.Feature;
import io.curlew.lucene.IndexingOptions;
import io.curlew.lucene.StoredTokenVectors;
import java.io.IOException;
import java.util.List;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.Directory;

/** The README's example of stored token vectors. */
final class TokenVectorsExample {

  private TokenVectorsExample() {}

  static SearchResult run(
      Directory directory,
      TokenVectorModel model,
      Analyzer analyzer,
      IndexWriterConfig config,
      AnchorSet anchors,
      List<Document> documents,
      String query)
      throws IOException {
    StoredTokenVectors tokens = new StoredTokenVectors("tokens", model);
    try (IndexWriter writer = new IndexWriter(directory, config);
        AnchorRowWriter rows =
            AnchorRowWriter.over(
                writer, List.of(tokens.withRows("anchors", anchors)), IndexingOptions.DEFAULT)) {
      for (Document document : documents) {
        rows.add(document, document.get("text")); // encoded once, for row and vectors
      }
    }
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      CurSearcher searcher =
          CurSearcher.open(new IndexSearcher(reader), CurSchema.DEFAULT, anchors);
      SearchResult result =
          searcher.search(
              new AdaptiveSearch(),
              List.of(Feature.bm25("text", analyzer)),
              tokens, // in the place of the model
              SearchRequest.of(query, 10, 200));
      return result;
    }
  }
}
