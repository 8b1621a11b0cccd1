package io.curlew.solr;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.Bits;
import org.apache.solr.search.DocSet;
import org.apache.solr.search.SolrIndexSearcher;

/** Which documents a search is about, and their first-stage scores. */
final class Documents {

  private Documents() {}

  /** The live documents that have an anchor row and match all filters, ascending. */
  static int[] withRow(SolrIndexSearcher searcher, String field, List<Query> filters)
      throws IOException {
    DocSet accepted = filters.isEmpty() ? null : searcher.getDocSet(filters);
    Bits filtered = accepted == null ? null : accepted.getBits();
    int[] documents = new int[searcher.getIndexReader().maxDoc()];
    int size = 0;
    for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
      FloatVectorValues rows = AnchorRows.of(leaf, field);
      if (rows == null) {
        continue;
      }
      Bits live = leaf.reader().getLiveDocs();
      for (int doc = rows.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = rows.nextDoc()) {
        int document = leaf.docBase + doc;
        if ((live == null || live.get(doc))
            && (filtered == null || (document < filtered.length() && filtered.get(document)))) {
          documents[size++] = document;
        }
      }
    }
    return Arrays.copyOf(documents, size);
  }

  /** The ones of some documents that have an anchor row; ascending as they are. */
  static int[] withRow(IndexSearcher searcher, String field, int[] documents) throws IOException {
    int[] found = new int[documents.length];
    int size = 0;
    int next = 0;
    for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
      int end = leaf.docBase + leaf.reader().maxDoc();
      FloatVectorValues rows = AnchorRows.of(leaf, field);
      for (; next < documents.length && documents[next] < end; next++) {
        int doc = documents[next] - leaf.docBase;
        if (rows != null && (rows.docID() < doc ? rows.advance(doc) : rows.docID()) == doc) {
          found[size++] = documents[next];
        }
      }
    }
    return Arrays.copyOf(found, size);
  }

  /** Scores of documents, in their order; NaN for one that the query does not match. */
  static float[] scores(SolrIndexSearcher searcher, Query query, int[] documents)
      throws IOException {
    float[] scores = new float[documents.length];
    Arrays.fill(scores, Float.NaN);
    Weight weight = searcher.createWeight(searcher.rewrite(query), ScoreMode.COMPLETE, 1);
    List<Callable<Boolean>> leaves = new ArrayList<>();
    for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
      leaves.add(
          () -> {
            score(weight, leaf, documents, scores);
            return true;
          });
    }
    searcher.getTaskExecutor().invokeAll(leaves);
    return scores;
  }

  private static void score(Weight weight, LeafReaderContext leaf, int[] documents, float[] scores)
      throws IOException {
    Scorer scorer = weight.scorer(leaf);
    if (scorer == null) {
      return;
    }
    int from = Arrays.binarySearch(documents, leaf.docBase);
    int next = from < 0 ? -from - 1 : from;
    DocIdSetIterator matches = scorer.iterator();
    int doc = matches.nextDoc();
    while (doc != DocIdSetIterator.NO_MORE_DOCS && next < documents.length) {
      int wanted = documents[next] - leaf.docBase;
      if (doc == wanted) {
        scores[next] = scorer.score();
        next++;
        doc = matches.nextDoc();
      } else if (doc < wanted) {
        doc = matches.advance(wanted);
      } else {
        next++;
      }
    }
  }
}
