package io.curlew.lucene;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.AdaptiveSearch;
import io.curlew.cur.Hit;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.SearchResult;
import io.curlew.cur.SyntheticScores;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.IncompatibleIndexException;
import io.curlew.cur.anchor.LatentQuery;
import io.curlew.lucene.rows.FeatureScores;
import io.curlew.lucene.rows.IndexView;
import io.curlew.lucene.rows.VectorScores;
import io.curlew.testing.Seeds;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.search.FieldExistsQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.FixedBitSet;
import org.junit.jupiter.api.Test;

/** Searching while the index changes. */
class LivingIndexTest {

  private static final int DOCUMENTS = 2000;
  private static final int ANCHORS = 20;
  private static final int SEARCHERS = 8;

  /** The proof takes a minute: -Dcurlew.living.seconds=60. */
  private static final int SECONDS = Integer.getInteger("curlew.living.seconds", 8);

  private final Random random = Seeds.random();
  private final SyntheticScores scores = SyntheticScores.draw(ANCHORS, 4, DOCUMENTS, 6, random);
  private final AnchorSet anchors = scores.anchorSet();

  /** Scores documents by a column of their anchor row, which depends on the document alone. */
  private static final Feature ROW_STAGE =
      new Feature() {
        @Override
        public String name() {
          return "row";
        }

        @Override
        public FeatureScores of(IndexView view, String query, FixedBitSet accepted) {
          float[] first = new float[ANCHORS];
          first[0] = 1;
          return new VectorScores(view, "anchors", first, accepted);
        }
      };

  @Test
  void eightThreadsSearchWhileOneIndexesDeletesAndMerges() throws Exception {
    Directory directory = new ByteBuffersDirectory();
    AtomicBoolean stop = new AtomicBoolean();
    AtomicInteger searches = new AtomicInteger();
    try (ExecutorService threads = Executors.newFixedThreadPool(SEARCHERS + 2);
        TextIndexWriter writer = SyntheticIndex.writer(directory, scores, anchors)) {
      addSome(writer, new Random(1), 500);
      CurSearcherManager manager =
          new CurSearcherManager(writer.indexWriter(), CurSchema.DEFAULT, anchors, null);
      List<Future<Integer>> running = new ArrayList<>();
      for (int t = 0; t < SEARCHERS; t++) {
        int query = ANCHORS + t % 4;
        running.add(threads.submit(searching(manager, query, stop, searches)));
      }
      changeFor(writer, manager, stop);
      for (Future<Integer> one : running) {
        one.get(); // an oracle that differs throws
      }
      CurSearcher last = manager.acquire();
      assertEquals(2, last.indexSearcher().getIndexReader().getRefCount());
      manager.release(last);
      manager.close();
      assertEquals(
          0, last.indexSearcher().getIndexReader().getRefCount(), "no reference is leaked");
    }
    System.out.println(searches + " searches");
    assertTrue(searches.get() > SEARCHERS, searches + " searches");
  }

  private void changeFor(TextIndexWriter writer, CurSearcherManager manager, AtomicBoolean stop)
      throws IOException {
    Random changes = new Random(random.nextLong());
    long end = System.nanoTime() + SECONDS * 1_000_000_000L;
    try {
      while (System.nanoTime() < end) {
        addSome(writer, changes, 20);
        for (int i = 0; i < 10; i++) {
          writer.delete(SyntheticScores.id(changes.nextInt(DOCUMENTS)));
        }
        IndexWriter lucene = writer.indexWriter();
        if (changes.nextInt(20) == 0) {
          lucene.forceMerge(1 + changes.nextInt(3));
        }
        manager.maybeRefresh();
      }
    } finally {
      stop.set(true);
    }
  }

  private static void addSome(TextIndexWriter writer, Random random, int count) throws IOException {
    List<TextDocument> documents =
        random
            .ints(count, 0, DOCUMENTS)
            .mapToObj(d -> new TextDocument(SyntheticScores.id(d), SyntheticScores.text(d)))
            .toList();
    writer.add(documents);
  }

  private Callable<Integer> searching(
      CurSearcherManager manager, int query, AtomicBoolean stop, AtomicInteger searches) {
    return () -> {
      int count = 0;
      while (!stop.get() || count == 0) {
        CurSearcher searcher = manager.acquire();
        try {
          checkAgainstOracle(searcher, query);
        } finally {
          manager.release(searcher);
        }
        count++;
        searches.incrementAndGet();
      }
      return count;
    };
  }

  /** With a budget for everything a search is exact: the oracle sorts what the reader holds. */
  private void checkAgainstOracle(CurSearcher searcher, int query) throws IOException {
    List<String> ids = searcher.ids(searcher.documents());
    List<String> texts = searcher.texts(searcher.documents());
    Integer[] order = new Integer[ids.size()];
    Arrays.setAll(order, i -> i);
    Arrays.sort(
        order,
        Comparator.comparingDouble((Integer i) -> -scores.score(query, documentOf(texts.get(i))))
            .thenComparing(ids::get));
    List<String> expected = Arrays.stream(order).limit(10).map(ids::get).toList();
    SearchRequest everything = SearchRequest.of(SyntheticScores.queryText(query), 10, DOCUMENTS);
    SearchResult exact =
        new io.curlew.cur.ExactSearch()
            .search(
                searcher.space(
                    SyntheticScores.queryText(query),
                    List.of(ROW_STAGE),
                    SyntheticIndex.model(scores),
                    null),
                everything);
    assertEquals(expected, exact.hits().stream().map(Hit::id).toList());

    AtomicInteger calls = new AtomicInteger();
    SearchResult adaptive =
        new AdaptiveSearch()
            .search(
                searcher.space(
                    SyntheticScores.queryText(query),
                    List.of(ROW_STAGE),
                    scores.model(calls),
                    null),
                SearchRequest.of(SyntheticScores.queryText(query), 10, 60));
    assertTrue(calls.get() <= 60);
    for (Hit hit : adaptive.hits()) {
      int i = ids.indexOf(hit.id());
      assertTrue(i >= 0, "a hit is alive in this reader: " + hit);
      if (hit.exact()) {
        assertEquals(scores.score(query, documentOf(texts.get(i))), hit.score());
      }
    }
    LatentQuery latent = adaptive.estimate();
    if (latent != null) {
      ScoreDoc[] hits =
          searcher
              .indexSearcher()
              .search(
                  new EstimateQuery("anchors", anchors, latent, new FieldExistsQuery("anchors")), 5)
              .scoreDocs;
      assertEquals(Math.min(5, ids.size()), hits.length);
    }
  }

  private static int documentOf(String text) {
    return Integer.parseInt(text.substring(text.lastIndexOf(' ') + 1));
  }

  @Test
  void aSearcherIsOfOneModel() throws IOException {
    Directory directory = SyntheticIndex.build(scores, anchors, new int[] {1, 2, 3}, 1);
    try (CurSearcherManager manager =
        new CurSearcherManager(
            directory, CurSchema.DEFAULT, anchors.withQueryModel("expensive"), null)) {
      CurSearcher searcher = manager.acquire();
      try {
        IncompatibleIndexException e =
            assertThrows(
                IncompatibleIndexException.class,
                () ->
                    searcher.search(
                        new AdaptiveSearch(),
                        List.of(ROW_STAGE),
                        scores.model(new AtomicInteger()),
                        SearchRequest.of("q", 1, 1)));
        assertTrue(String.valueOf(e.getMessage()).contains("expensive"), e.toString());
      } finally {
        manager.release(searcher);
      }
    }
  }
}
