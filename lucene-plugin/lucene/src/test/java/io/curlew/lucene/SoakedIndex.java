package io.curlew.lucene;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.AdaptiveSearch;
import io.curlew.cur.ExactSearch;
import io.curlew.cur.Hit;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.SearchResult;
import io.curlew.cur.SearchSpace;
import io.curlew.cur.SyntheticScores;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.LatentQuery;
import io.curlew.cur.anchor.RowEncoding;
import io.curlew.cur.model.InteractionModel;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/**
 * An index that changes and is searched step by step, beside an oracle that knows what must be in
 * it: which ids there are and which text each has now. Used by one thread.
 */
final class SoakedIndex implements Closeable {

  private static final int K = 10;
  private static final int BUDGET = 80;
  private static final int NONE = -1;

  private final Directory directory;
  private final SyntheticScores scores;
  private final AnchorSet anchors;
  private final InteractionModel model;
  private final Random random;
  private int[] held; // by id, the number of its text, or NONE: what the writer holds
  private int[] committed;
  private int[] attempted;
  private TextIndexWriter writer;
  private CurSearcherManager manager;

  SoakedIndex(
      Directory directory,
      SyntheticScores scores,
      InteractionModel model,
      boolean bytes,
      Random random)
      throws IOException {
    this.directory = directory;
    this.scores = scores;
    this.anchors = bytes ? scores.anchorSet(RowEncoding.int8()) : scores.anchorSet();
    this.model = model;
    this.random = random;
    this.held = new int[scores.documents()];
    Arrays.fill(held, NONE);
    this.committed = held;
    this.attempted = held;
    this.writer = openWriter();
    add(held.length / 2);
    commit();
    this.manager = openManager();
  }

  private TextIndexWriter openWriter() throws IOException {
    return TextIndexWriter.open(
        directory,
        CurSchema.DEFAULT,
        new WhitespaceAnalyzer(),
        anchors,
        model,
        SyntheticIndex.embedder(scores));
  }

  private CurSearcherManager openManager() throws IOException {
    return new CurSearcherManager(writer.indexWriter(), CurSchema.DEFAULT, anchors, null);
  }

  /** One change or one search. */
  void step() throws IOException {
    switch (random.nextInt(16)) {
      case 0, 1, 2, 3 -> add(1 + random.nextInt(30));
      case 4, 5 -> delete();
      case 6 -> commit();
      case 7 -> writer.indexWriter().forceMerge(1 + random.nextInt(4));
      case 8 -> {
        if (random.nextInt(5) == 0) {
          reopen();
        }
      }
      default -> search();
    }
  }

  private void add(int count) throws IOException {
    List<TextDocument> batch = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int id = random.nextInt(held.length);
      held[id] = random.nextInt(held.length);
      batch.add(new TextDocument(SyntheticScores.id(id), SyntheticScores.text(held[id])));
    }
    writer.add(batch);
  }

  private void delete() throws IOException {
    for (int i = random.nextInt(20); i >= 0; i--) {
      int id = random.nextInt(held.length);
      held[id] = NONE;
      writer.delete(SyntheticScores.id(id));
    }
  }

  void commit() throws IOException {
    attempted = held.clone();
    writer.commit(Map.of());
    committed = attempted;
  }

  /** What was not committed is taken back. */
  private void reopen() throws IOException {
    close();
    held = committed.clone();
    writer = openWriter();
    manager = openManager();
  }

  AnchorSet anchors() {
    return anchors;
  }

  /** Makes it one segment, committed and searched, and holds all of it against the oracle. */
  void settle() throws IOException {
    writer.indexWriter().forceMerge(1);
    commit();
    manager.maybeRefreshBlocking();
    CurSearcher searcher = manager.acquire();
    try {
      checkEverything(searcher);
    } finally {
      manager.release(searcher);
    }
  }

  /** A search of some kind, held against the oracle. */
  private void search() throws IOException {
    manager.maybeRefreshBlocking();
    CurSearcher searcher = manager.acquire();
    try {
      int query = anchors.size() + random.nextInt(4);
      boolean filtered = random.nextInt(3) == 0;
      switch (random.nextInt(3)) {
        case 0 -> checkExact(searcher, query, filtered);
        case 1 -> checkRescorer(searcher, query);
        default -> checkAdaptive(searcher, query, filtered);
      }
    } finally {
      manager.release(searcher);
    }
  }

  private static boolean passes(int id) {
    return id % 3 != 0;
  }

  private int[] alive(boolean filtered) {
    IntPredicate accepted = id -> held[id] != NONE && (!filtered || passes(id));
    return IntStream.range(0, held.length).filter(accepted).toArray();
  }

  private @Nullable Query filter(boolean filtered) {
    return filtered
        ? new TermInSetQuery(
            "id",
            IntStream.range(0, held.length)
                .filter(SoakedIndex::passes)
                .mapToObj(id -> new BytesRef(SyntheticScores.id(id)))
                .toList())
        : null;
  }

  private static int idOf(String id) {
    return Integer.reverse(Integer.parseInt(id.substring("id-".length())));
  }

  private void checkExact(CurSearcher searcher, int query, boolean filtered) throws IOException {
    List<String> expected =
        Arrays.stream(alive(filtered))
            .boxed()
            .sorted(
                Comparator.comparingDouble((Integer id) -> -scores.score(query, held[id]))
                    .thenComparing(SyntheticScores::id))
            .map(SyntheticScores::id)
            .limit(K)
            .toList();
    SearchResult result =
        new ExactSearch()
            .search(
                searcher.space(
                    SyntheticScores.queryText(query),
                    SyntheticIndex.firstStage(scores, query),
                    model,
                    filter(filtered)),
                SearchRequest.of(SyntheticScores.queryText(query), K, held.length));
    assertEquals(expected, result.hits().stream().map(Hit::id).toList());
  }

  private void checkAdaptive(CurSearcher searcher, int query, boolean filtered) throws IOException {
    List<Feature> firstStage =
        switch (random.nextInt(3)) {
          case 0 -> SyntheticIndex.firstStage(scores, query);
          case 1 -> SyntheticIndex.bm25();
          default -> SyntheticIndex.dense(scores);
        };
    String text = SyntheticScores.queryText(query);
    SearchRequest request = SearchRequest.of(text, K, BUDGET);
    SearchResult result =
        new AdaptiveSearch()
            .search(
                searcher.space(text, firstStage, model, filter(filtered)),
                random.nextBoolean() ? request : request.withTimeout(Duration.ofMinutes(1)));
    int[] alive = alive(filtered);
    assertEquals(Math.min(K, alive.length), result.hits().size());
    assertTrue(result.calls() <= BUDGET, result.calls() + " calls");
    for (Hit hit : result.hits()) {
      int id = idOf(hit.id());
      assertTrue(Arrays.binarySearch(alive, id) >= 0, "a hit must be alive and pass: " + hit);
      if (hit.exact()) {
        assertEquals(scores.score(query, held[id]), hit.score());
      }
    }
    LatentQuery estimate = result.estimate();
    if (estimate != null) {
      checkQuery(searcher, estimate, alive, filter(filtered));
    }
  }

  private void checkQuery(
      CurSearcher searcher, LatentQuery estimate, int[] alive, @Nullable Query filter)
      throws IOException {
    EstimateQuery query = new EstimateQuery("anchors", anchors, estimate, filter);
    ScoreDoc[] hits = searcher.indexSearcher().search(query, K).scoreDocs;
    double[] expected =
        Arrays.stream(alive).mapToDouble(id -> -estimate(estimate, id)).sorted().toArray();
    assertEquals(Math.min(K, alive.length), hits.length);
    for (int i = 0; i < hits.length; i++) {
      double value = -expected[i];
      assertEquals(value, query.estimate(hits[i].score), 1e-3 * (1 + Math.abs(value)));
    }
  }

  private double estimate(LatentQuery estimate, int id) {
    float[] row = row(held[id]);
    float[] mean = anchors.statistics().mean();
    double sum = estimate.intercept();
    for (int a = 0; a < row.length; a++) {
      sum += (double) estimate.weights()[a] * (row[a] - mean[a]);
    }
    return sum;
  }

  /** What the index must hold of a text's row. */
  private float[] row(int text) {
    float[] row = scores.row(text);
    if (anchors.encoding().isBytes()) {
      anchors.encoding().decode(anchors.encoding().encode(row), 1, row);
    }
    return row;
  }

  private void checkRescorer(CurSearcher searcher, int query) throws IOException {
    TopDocs first = searcher.indexSearcher().search(new MatchAllDocsQuery(), BUDGET);
    if (first.scoreDocs.length == 0) {
      return;
    }
    CurRescorer rescorer =
        new CurRescorer(
            CurSchema.DEFAULT,
            anchors,
            DocumentScorer.of(DocumentText.stored("text"), model),
            SearchRequest.of(SyntheticScores.queryText(query), K, BUDGET));
    ScoreDoc[] hits = rescorer.rescore(searcher.indexSearcher(), first, BUDGET).scoreDocs;
    assertEquals(first.scoreDocs.length, hits.length);
    List<String> ids = new ArrayList<>();
    for (ScoreDoc hit : hits) {
      String id = searcher.indexSearcher().storedFields().document(hit.doc).get("id");
      assertEquals(scores.score(query, held[idOf(id)]), hit.score);
      ids.add(id);
    }
    assertEquals(ids.size(), ids.stream().distinct().count());
  }

  /** The ids, texts and rows of everything that a searcher finds are the oracle's. */
  void checkEverything(CurSearcher searcher) throws IOException {
    assertArrayEquals(held, contents(searcher));
  }

  /** By id, the number of the text that a searcher finds, or NONE; the row must be that text's. */
  private int[] contents(CurSearcher searcher) throws IOException {
    SearchSpace space =
        searcher.space(
            SyntheticScores.queryText(0),
            SyntheticIndex.firstStage(scores, 0),
            SyntheticIndex.model(scores),
            null);
    int[] documents = searcher.documents();
    List<String> ids = space.ids(documents);
    List<String> texts = searcher.texts(documents);
    float[][] rows = searcher.rows(documents);
    int[] found = new int[held.length];
    Arrays.fill(found, NONE);
    for (int i = 0; i < rows.length; i++) {
      int id = idOf(ids.get(i));
      assertEquals(NONE, found[id], "twice: " + ids.get(i));
      found[id] = Integer.parseInt(texts.get(i).substring(texts.get(i).lastIndexOf(' ') + 1));
      assertArrayEquals(row(found[id]), rows[i], 1e-5f);
    }
    return found;
  }

  /**
   * Goes on, after a failure and {@link #close}, from what the directory holds, which must be the
   * last commit, or one that failed when all of it was there.
   */
  void recover() throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      int[] found =
          contents(CurSearcher.open(new IndexSearcher(reader), CurSchema.DEFAULT, anchors));
      if (!Arrays.equals(attempted, found)) {
        assertArrayEquals(committed, found);
      }
      held = found;
      committed = found.clone();
    }
    writer = openWriter();
    manager = openManager();
  }

  @Override
  public void close() throws IOException {
    try (TextIndexWriter closing = writer) {
      manager.close();
    }
  }
}
