package io.curlew.cur;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.IncompatibleIndexException;
import io.curlew.cur.anchor.LatentQuery;
import io.curlew.cur.shards.ShardedSearchSpace;
import io.curlew.testing.Seeds;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Searches over one to five shards, one of them empty, find what they find in one space, in few
 * messages, and go on while documents and shards vanish.
 */
class ShardedSearchTest {

  private static final int DOCUMENTS = 900;
  private static final int QUERIES = 4;
  private static final List<SearchMethod> METHODS =
      List.of(
          new AdaptiveSearch(),
          new LatentSearch(),
          new HybridSearch(),
          new RerankSearch(),
          new FixedAnchorSearch(3),
          new ExactSearch());

  private final Random random = Seeds.random();
  private final SyntheticScores scores = SyntheticScores.draw(30, 8, DOCUMENTS, 8, random);

  private static SearchMethod sharded(SearchMethod method) {
    return Partition.sharded(method, 4, new Random(1));
  }

  @Nested
  class Adaptive extends SearchMethodContract {
    @Override
    SearchMethod method() {
      return sharded(new AdaptiveSearch());
    }

    @Override
    int[] firstStage(SearchSpace space, int k, int budget) throws IOException {
      return new AdaptiveSearchTest().firstStage(space, k, budget);
    }
  }

  @Nested
  class Latent extends LatentSearchTest {
    @Override
    SearchMethod method() {
      return sharded(super.method());
    }
  }

  @Nested
  class Rerank extends SearchMethodContract {
    @Override
    SearchMethod method() {
      return sharded(new RerankSearch());
    }

    @Override
    int[] firstStage(SearchSpace space, int k, int budget) throws IOException {
      return new RerankSearchTest().firstStage(space, k, budget);
    }
  }

  @Nested
  class Fixed extends FixedAnchorSearchTest {
    @Override
    SearchMethod method() {
      return sharded(super.method());
    }
  }

  @Nested
  class Exact extends ExactSearchTest {
    @Override
    SearchMethod method() {
      return sharded(super.method());
    }
  }

  /** None, one or two features, and at times a latent query. */
  private SearchSpace space(int query) {
    int number = scores.anchors() + query;
    List<String> names = List.of("a", "few").subList(0, random.nextInt(3));
    float[] all = new float[DOCUMENTS];
    float[] few = new float[DOCUMENTS];
    for (int d = 0; d < DOCUMENTS; d++) {
      all[d] = scores.firstStage(number, d);
      few[d] = d % 50 == 3 ? scores.score(number, d) : Float.NaN;
    }
    float[][] features = names.size() == 2 ? new float[][] {all, few} : new float[][] {all};
    float[] weights = new float[scores.anchors()];
    for (int a = 0; a < weights.length; a++) {
      weights[a] = (float) random.nextGaussian();
    }
    AnchorSet anchors = scores.anchorSet();
    LatentQuery latent = random.nextBoolean() ? anchors.latent(weights, 0.5f) : null;
    return scores.space(
        number,
        scores.model(new AtomicInteger()),
        names,
        latent,
        Arrays.copyOf(features, names.size()));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void theyFindWhatOneSpaceFinds(int shards) throws IOException {
    for (int query = 0; query < QUERIES; query++) {
      SearchSpace space = space(query);
      for (SearchMethod method : METHODS) {
        int budget = 1 + random.nextInt(250);
        int k = 1 + random.nextInt(200);
        SearchRequest request = SearchRequest.of("q", k, budget);
        SearchResult one = method.search(space, request);
        SearchResult many = Partition.sharded(method, shards, random).search(space, request);
        String how = method + ", " + k + " hits, " + budget + " calls, " + space.features();
        assertEquals(one.hits(), many.hits(), how);
        assertEquals(one.calls(), many.calls(), how);
        assertEquals(one.rounds(), many.rounds(), how);
        assertEquals(one.stop(), many.stop(), how);
      }
    }
  }

  private SearchSpace knowing(int query) {
    int number = scores.anchors() + query;
    float[] knowing = new float[DOCUMENTS];
    for (int d = 0; d < DOCUMENTS; d++) {
      knowing[d] = scores.score(number, d) + random.nextFloat();
    }
    return scores.space(number, scores.model(new AtomicInteger()), List.of("a"), knowing);
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 20, 50, 99, 100, 200, 400})
  void aSearchTakesAMessageForEachBatchAndOneMore(int budget) throws IOException {
    for (int query = 0; query < QUERIES; query++) {
      Partition partition = new Partition(knowing(query), 3, random);
      SearchMethod method = new AdaptiveSearch();
      SearchRequest request = SearchRequest.of("q", 100, budget);
      ShardedSearchSpace space = partition.open(method.opening(request));
      SearchResult result = method.search(space, request);
      int batches = result.rounds().size(); // the first, and one a round
      assertTrue(partition.messages <= batches + 1, partition.messages + " messages");
      assertEquals(0, partition.samples, "looks at all documents");
      for (int messages : space.messages()) {
        assertTrue(messages <= partition.messages);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 20, 50, 99, 100, 200})
  void withoutAFirstStageItTakesThreeMore(int budget) throws IOException {
    for (int query = 0; query < QUERIES; query++) {
      int number = scores.anchors() + query;
      SearchSpace whole = scores.space(number, scores.model(new AtomicInteger()), List.of());
      Partition partition = new Partition(whole, 3, random);
      SearchMethod method = new AdaptiveSearch();
      SearchRequest request = SearchRequest.of("q", 100, budget);
      SearchResult result = method.search(partition.open(method.opening(request)), request);
      int most = result.rounds().size() + 1 + 3;
      assertTrue(partition.messages <= most, partition.messages + " messages, not " + most);
    }
  }

  @Test
  void otherMethodsTakeOneMessageBeforeTheirCalls() throws IOException {
    for (SearchMethod method : METHODS.subList(1, METHODS.size())) {
      Partition partition = new Partition(knowing(1), 3, random);
      SearchRequest request = SearchRequest.of("q", 100, 60);
      List<Integer> batches = new ArrayList<>();
      SearchListener listener =
          new SearchListener() {
            @Override
            public void scored(
                int round, int[] documents, float @Nullable [] predicted, float[] exact) {
              batches.add(documents.length);
            }
          };
      ShardedSearchSpace space = partition.open(method.opening(request));
      method.search(space, request.withListener(listener));
      int scans = method instanceof FixedAnchorSearch ? 2 : 0;
      assertEquals(1 + batches.size() + scans, partition.messages, method.toString());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 20, 60, 200})
  void whatVanishesIsNeitherChargedNorRanked(int budget) throws IOException {
    for (int query = 0; query < QUERIES; query++) {
      SearchSpace whole = space(query);
      for (SearchMethod method : METHODS) {
        Partition partition = new Partition(whole, 1 + random.nextInt(5), random);
        SearchRequest request = SearchRequest.of("q", DOCUMENTS, budget);
        ShardedSearchSpace space = partition.open(method.opening(request));
        Set<Integer> scoredBefore = new HashSet<>();
        partition.beforeEach = () -> random.ints(60, 0, DOCUMENTS).forEach(partition::delete);
        SearchListener listener =
            new SearchListener() {
              @Override
              public void scored(
                  int round, int[] documents, float @Nullable [] predicted, float[] exact) {
                for (String id : space.ids(documents)) {
                  int d = partition.ordinal(id);
                  assertFalse(partition.isDeleted(d), "what was gone is not scored");
                  assertTrue(scoredBefore.add(d), "no document twice");
                }
              }
            };
        SearchResult result =
            partition.inWhole(method.search(space, request.withListener(listener)));
        assertEquals(scoredBefore.size(), result.calls(), "calls are for documents that are there");
        assertEquals(Arrays.stream(space.calls()).sum(), result.calls());
        assertTrue(method instanceof ExactSearch || result.calls() <= budget);
        assertTrue(result.complete());
        List<Hit> exact = result.hits().stream().filter(Hit::exact).toList();
        assertEquals(result.calls(), exact.size());
        int number = scores.anchors() + query;
        exact.forEach(hit -> assertEquals(scores.score(number, hit.document()), hit.modelScore()));
      }
    }
  }

  @Test
  void theBudgetIsSpentOnWhatIsThere() throws IOException {
    for (int query = 0; query < QUERIES; query++) {
      Partition partition = new Partition(knowing(query), 3, random);
      SearchMethod method = new AdaptiveSearch();
      SearchRequest request = SearchRequest.of("q", 10, 60);
      ShardedSearchSpace space = partition.open(method.opening(request));
      random.ints(DOCUMENTS / 3, 0, DOCUMENTS).forEach(partition::delete);
      SearchResult result = partition.inWhole(method.search(space, request));
      assertEquals(60, result.calls());
      assertEquals(10, result.hits().size());
      result.hits().stream()
          .filter(Hit::exact)
          .forEach(hit -> assertFalse(partition.isDeleted(hit.document())));
    }
  }

  @Test
  void aShardThatIsLostIsDoneWithout() throws IOException {
    for (int query = 0; query < QUERIES; query++) {
      for (SearchMethod method : METHODS) {
        Partition partition = new Partition(space(query), 4, random);
        SearchRequest request = SearchRequest.of("q", 50, 60);
        ShardedSearchSpace space = partition.open(method.opening(request));
        int losing = random.nextInt(3);
        int after = partition.messages + random.nextInt(3);
        partition.beforeEach =
            () -> partition.lost = partition.messages >= after ? losing : partition.lost;
        SearchResult result = partition.inWhole(method.search(space, request));
        assertTrue(result.complete());
        boolean list = method instanceof RerankSearch; // has no more
        assertTrue(result.hits().size() == 50 || list, method.toString());
        for (Hit hit : result.hits()) {
          boolean there = partition.lost < 0 || partition.shardOf(hit.document()) != losing;
          assertTrue(hit.exact() || there || isFree(method), method + ": " + hit);
        }
      }
    }
  }

  /** Those that call no model do not notice. */
  private static boolean isFree(SearchMethod method) {
    return method instanceof LatentSearch || method instanceof HybridSearch;
  }

  @Test
  void featuresMayBeDividedByTheBestOfAllShards() throws IOException {
    SearchSpace raw = knowing(2);
    float best = raw.rows(raw.list(0, 1)).features()[0][0];
    Partition partition = new Partition(raw, 4, random);
    ShardedSearchSpace space =
        new ShardedSearchSpace(
            partition,
            raw.anchors(),
            List.of(new ShardedSearchSpace.Feature("a", true)),
            Opening.lists(50),
            List.of());
    int[] list = space.list(0, 50);
    float[] expected = raw.rows(raw.list(0, 50)).features()[0];
    float[] found = space.rows(list).features()[0];
    for (int i = 0; i < 50; i++) {
      assertEquals(expected[i] / best, found[i]);
    }
  }

  @Test
  void theBestByAFirstPassAreASpaceOfTheirOwn() throws IOException {
    SearchSpace whole = knowing(3);
    int number = scores.anchors() + 3;
    int[] best = whole.list(0, 120);
    Partition partition = new Partition(whole, 4, random);
    ShardedSearchSpace space =
        ShardedSearchSpace.ofBest(
            120,
            partition,
            whole.anchors(),
            List.of(new ShardedSearchSpace.Feature("a", false)),
            List.of());
    assertEquals(120, space.size());
    assertEquals(whole.ids(best), space.ids(space.list(0, 1000)));
    SearchResult result =
        partition.inWhole(new AdaptiveSearch().search(space, SearchRequest.of("q", 120, 40)));
    assertEquals(120, result.hits().size());
    assertEquals(result.rounds().size() + 1, partition.messages, "whatever is scanned is here");
    SearchResult exact =
        partition.inWhole(new ExactSearch().search(space, SearchRequest.of("q", 120, 1)));
    List<Integer> expected =
        Arrays.stream(best)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer d) -> -scores.score(number, d)))
            .toList();
    assertEquals(expected, exact.hits().stream().map(Hit::document).toList());
  }

  @Test
  void whatHasNotChangedIsAnsweredShortly() throws IOException {
    SearchSpace whole = knowing(4);
    Partition partition = new Partition(whole, 3, random);
    List<ShardedSearchSpace.Feature> features = List.of(new ShardedSearchSpace.Feature("a", false));
    ShardedSearchSpace space = partition.open(Opening.lists(10));
    assertFalse(space.unchanged());
    List<String> views = space.views();
    ShardedSearchSpace again =
        new ShardedSearchSpace(partition, whole.anchors(), features, Opening.lists(10), views);
    assertTrue(again.unchanged());
    List<String> others = new ArrayList<>(views);
    others.set(1, "an older view");
    ShardedSearchSpace changed =
        new ShardedSearchSpace(partition, whole.anchors(), features, Opening.lists(10), others);
    assertFalse(changed.unchanged());
    assertEquals(views, changed.views());
    assertEquals(space.ids(space.list(0, 10)), changed.ids(changed.list(0, 10)));
  }

  @Test
  void otherAnchorsAreRefused() throws IOException {
    SearchSpace whole = knowing(5);
    Partition partition = new Partition(whole, 2, random);
    AnchorSet others = SyntheticScores.draw(4, 1, 50, 2, random).anchorSet();
    assertNotEquals(others.fingerprint(), whole.anchors().fingerprint());
    Exception e =
        assertThrows(
            IncompatibleIndexException.class,
            () ->
                new ShardedSearchSpace(
                    partition,
                    others,
                    List.of(new ShardedSearchSpace.Feature("a", false)),
                    Opening.lists(1),
                    List.of()));
    assertEquals(
        "shards must have one anchor set, got: "
            + others.fingerprint()
            + " and "
            + whole.anchors().fingerprint(),
        e.getMessage());
  }
}
