package io.curlew.demo;

import io.curlew.cur.SearchRequest;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.model.InteractionModel;
import io.curlew.lucene.AnchoredCopy;
import io.curlew.lucene.ComputedField;
import io.curlew.lucene.CurQuery;
import io.curlew.lucene.CurSchema;
import io.curlew.lucene.DocumentScorer;
import io.curlew.lucene.DocumentText;
import io.curlew.lucene.IndexingOptions;
import io.curlew.lucene.WordsQuery;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.document.IntField;
import org.apache.lucene.facet.FacetResult;
import org.apache.lucene.facet.FacetsCollectorManager;
import org.apache.lucene.facet.FacetsConfig;
import org.apache.lucene.facet.sortedset.DefaultSortedSetDocValuesReaderState;
import org.apache.lucene.facet.sortedset.SortedSetDocValuesFacetCounts;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.SortedNumericSortField;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.uhighlight.UnifiedHighlighter;
import org.apache.lucene.store.Directory;

/**
 * Takes a Lucene index that knows nothing of Curlew, and any model, to budgeted search among all
 * else that Lucene does. Copy from here; README has the same.
 */
final class ExistingIndexExample {

  private ExistingIndexExample() {}

  /** What there is to show on a page. */
  record Page(TopDocs ten, FacetResult colours, String[] marked, TopDocs dated, TopDocs pageTwo) {}

  static Page run(
      Directory shop,
      Directory copy,
      Path work,
      FacetsConfig facets,
      InteractionModel model,
      Analyzer analyzer,
      List<String> anchorQueries,
      String text)
      throws IOException {
    List<String> texts = List.of("title", "body"); // your stored fields
    AnchorSet anchors =
        AnchorSet.create(anchorQueries, model, AnchoredCopy.sampleTexts(shop, texts, 1000, 42));
    ComputedField rows = ComputedField.anchorRows("rows", anchors, model);
    new AnchoredCopy(texts, "sku", List.of(rows), IndexingOptions.DEFAULT)
        .run(shop, copy, work, Map.of()); // one call per anchor query and document
    try (DirectoryReader reader = DirectoryReader.open(copy)) {
      IndexSearcher searcher = new IndexSearcher(reader);
      CurQuery query =
          CurQuery.of(
                  new CurSchema("sku", "body", "rows", "none"),
                  anchors,
                  model,
                  SearchRequest.of(text, 100, 100), // 100 hits for 100 calls
                  new WordsQuery(texts, analyzer, text))
              .withScorer(DocumentScorer.of(DocumentText.stored("title", "body"), model))
              .withFilter(IntField.newRangeQuery("price", 10, 80));
      var found = FacetsCollectorManager.search(searcher, query, 10, new FacetsCollectorManager());
      TopDocs ten = found.topDocs();
      var state = new DefaultSortedSetDocValuesReaderState(reader, facets);
      FacetResult colours =
          new SortedSetDocValuesFacetCounts(state, found.facetsCollector())
              .getTopChildren(10, "colour");
      String[] marked =
          UnifiedHighlighter.builder(searcher, analyzer).build().highlight("body", query, ten);
      Sort byDate = new Sort(new SortedNumericSortField("date", SortField.Type.LONG));
      TopDocs dated = searcher.search(query, 100, byDate);
      TopDocs pageTwo = searcher.searchAfter(ten.scoreDocs[9], query, 10); // no further call
      return new Page(ten, colours, marked, dated, pageTwo);
    }
  }
}
