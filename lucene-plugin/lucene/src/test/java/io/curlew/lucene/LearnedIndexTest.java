package io.curlew.lucene;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.AdaptiveSearch;
import io.curlew.cur.Hit;
import io.curlew.cur.InMemorySpace;
import io.curlew.cur.LatentSearch;
import io.curlew.cur.RerankSearch;
import io.curlew.cur.SearchMethod;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.SearchSpace;
import io.curlew.cur.SyntheticScores;
import io.curlew.cur.anchor.AnchorFile;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.Learned;
import io.curlew.cur.anchor.RankingProfile;
import io.curlew.cur.learn.ProfileLearning;
import io.curlew.lucene.rows.FeatureScores;
import io.curlew.lucene.rows.IndexView;
import io.curlew.testing.Seeds;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.FixedBitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is learned on an index, without a call, and what searches make of it. */
class LearnedIndexTest {

  private static final int DOCUMENTS = 400;
  private static final int ANCHORS = 30;

  private final Random random = Seeds.random();
  private final SyntheticScores scores = SyntheticScores.draw(ANCHORS, 4, DOCUMENTS, 4, random);
  private final AnchorSet anchors = scores.anchorSet();

  private static int numberOf(String text) {
    return Integer.parseInt(text.substring(text.lastIndexOf(' ') + 1));
  }

  /** For any query of the collection its own noisy scores; and vectors. */
  private List<Feature> features() {
    Feature noisy =
        new Feature() {
          @Override
          public String name() {
            return "noisy";
          }

          @Override
          public FeatureScores of(IndexView view, String query, FixedBitSet accepted)
              throws IOException {
            return SyntheticIndex.firstStage(scores, numberOf(query))
                .getFirst()
                .of(view, query, accepted);
          }
        };
    return List.of(noisy, SyntheticIndex.dense(scores).getFirst());
  }

  private CurSearcher searcher(DirectoryReader reader, AnchorSet of) throws IOException {
    return CurSearcher.open(new IndexSearcher(reader), CurSchema.DEFAULT, of);
  }

  private Directory index() throws IOException {
    List<Integer> order = new ArrayList<>(IntStream.range(0, DOCUMENTS).boxed().toList());
    java.util.Collections.shuffle(order, random);
    return SyntheticIndex.build(
        scores, anchors, order.stream().mapToInt(Integer::intValue).toArray(), 3);
  }

  @Test
  void whatWasLearnedIsKeptWithTheAnchorsAndUsed(@TempDir Path directory) throws IOException {
    try (Directory index = index();
        DirectoryReader reader = DirectoryReader.open(index)) {
      AtomicInteger told = new AtomicInteger();
      Learned learned = searcher(reader, anchors).learn(features(), 7, told::incrementAndGet);
      assertTrue(told.get() >= ANCHORS);
      assertEquals(
          List.of("noisy", "dense", "latent"),
          Objects.requireNonNull(learned.features()).features());
      Path file = directory.resolve("anchors");
      AnchorFile.write(anchors.withLearned(learned), file);
      CurSearcher searcher = searcher(reader, AnchorFile.read(file));
      int query = ANCHORS + 1;
      AtomicInteger calls = new AtomicInteger();
      SearchSpace space =
          searcher.space(SyntheticScores.queryText(query), features(), scores.model(calls), null);
      assertNotNull(space.latent());
      for (SearchMethod method :
          List.of(new LatentSearch(), new RerankSearch(), new RerankSearch("dense"))) {
        SearchRequest request = SearchRequest.of("q", DOCUMENTS, 50);
        assertEquals(
            ids(method.search(inMemory(searcher.anchors(), space, query), request).hits()),
            ids(method.search(space, request).hits()),
            method.toString());
      }
      assertEquals(100, calls.get(), "50 each, and none of the latent query");
      assertNull(
          searcher
              .space("query number 3", SyntheticIndex.bm25(), scores.model(calls), null)
              .latent(),
          "no vector");
      assertEquals(
          10, new AdaptiveSearch().search(space, SearchRequest.of("q", 10, 20)).hits().size());
    }
  }

  private static List<String> ids(List<Hit> hits) {
    return hits.stream().map(Hit::id).toList();
  }

  /** The same as the index, without it. */
  private InMemorySpace inMemory(AnchorSet of, SearchSpace space, int query) throws IOException {
    float[][] rows = IntStream.range(0, DOCUMENTS).mapToObj(scores::row).toArray(float[][]::new);
    List<String> ids = IntStream.range(0, DOCUMENTS).mapToObj(SyntheticScores::id).toList();
    float[][] features = new float[2][DOCUMENTS];
    float[] vector =
        SyntheticIndex.embedder(scores).embed(List.of(SyntheticScores.queryText(query)))[0];
    for (int d = 0; d < DOCUMENTS; d++) {
      float[] own = SyntheticIndex.embedder(scores).embed(List.of(SyntheticScores.text(d)))[0];
      features[0][d] = scores.firstStage(query, d);
      features[1][d] = vector[0] * own[0] + vector[1] * own[1];
    }
    return new InMemorySpace(
        InMemorySpace.Documents.of(of, rows, ids),
        space.features(),
        features,
        space.latent(),
        some -> {
          float[] exact = new float[some.length];
          for (int i = 0; i < some.length; i++) {
            exact[i] = scores.score(query, some[i]);
          }
          return exact;
        });
  }

  @Test
  void aProfileIsLearnedFromJudgedAnchorQueries() throws IOException {
    try (Directory index = index();
        DirectoryReader reader = DirectoryReader.open(index)) {
      CurSearcher searcher = searcher(reader, anchors);
      Map<String, Map<String, Integer>> judgements = new HashMap<>();
      for (int a = 0; a < ANCHORS; a++) {
        int anchor = a;
        Map<String, Integer> grades = new HashMap<>();
        IntStream.range(0, DOCUMENTS)
            .boxed()
            .sorted(
                Comparator.comparingDouble(
                    d -> -(scores.score(anchor, d) + 3 * scores.firstStage(anchor, d))))
            .limit(5)
            .forEach(d -> grades.put(SyntheticScores.id(d), 1));
        grades.put("no such document", 2);
        judgements.put(SyntheticScores.queryText(a), grades);
      }
      judgements.put(SyntheticScores.queryText(ANCHORS), Map.of(SyntheticScores.id(1), 1));
      ProfileLearning.Outcome outcome = searcher.learnProfile(features(), judgements);
      assertEquals(ANCHORS + 1, outcome.queries()); // and one that is no anchor
      assertTrue(outcome.profile().weight("noisy") > 0, outcome.toString());
      assertTrue(outcome.with() > outcome.without(), outcome.toString());
      assertEquals(RankingProfile.NONE, searcher.learnProfile(features(), Map.of()).profile());
    }
  }
}
