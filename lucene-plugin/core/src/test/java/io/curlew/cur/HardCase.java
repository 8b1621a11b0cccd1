package io.curlew.cur;

import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.learn.AnchorLearning;
import io.curlew.cur.learn.AnchorQueries;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A collection that is hard for adaptive search, and queries to it. 8,000 documents and 60 anchors,
 * vectors of documents and queries random; what makes it hard is said by its name. Anchors have
 * first-stage scores too, so that an index's learning runs on them.
 *
 * @param firstStageKnows whether the first stage says anything about scores
 */
record HardCase(String name, boolean firstStageKnows, List<Scores> anchors, List<Scores> queries) {

  static final int DOCUMENTS = 8000;
  private static final int ANCHORS = 60;
  private static final int DIMENSION = 32;
  private static final int ONE_RELEVANT_IN = 800;
  private static final String FIRST_STAGE = "first";

  /** The scores of all documents for one query. */
  record Scores(float[] exact, float[] firstStage) {}

  /** What becomes of the scores of a query or of an anchor. */
  private interface Change {
    void apply(Scores scores, Random random);
  }

  /** All cases, with so many queries each. */
  static List<HardCase> all(int queries, long seed) {
    List<HardCase> cases = new ArrayList<>();
    double[][] shifts = {{1.5, 0.3}, {1.5, 1}, {2.2, 0.3}, {2.2, 1}, {3, 0.3}, {3, 1}};
    for (boolean topical : new boolean[] {false, true}) {
      for (double[] shift : shifts) {
        Draw draw = new Draw(seed);
        String kind = topical ? "topical" : "unrelated";
        cases.add(
            new HardCase(
                "needles " + kind + " " + shift[0] + " " + shift[1],
                true,
                draw.many(ANCHORS, () -> draw.needles(topical, shift[0], shift[1])),
                draw.many(queries, () -> draw.needles(topical, shift[0], shift[1]))));
      }
    }
    Map<String, Change> changes = new LinkedHashMap<>();
    changes.put("plain", (scores, random) -> {});
    changes.put("first stage random", (s, random) -> fill(s.firstStage, random::nextGaussian));
    changes.put("first stage exp(N)", (s, random) -> map(s.firstStage, Math::exp));
    changes.put("first stage constant", (s, random) -> Arrays.fill(s.firstStage, 1));
    changes.put(
        "first stage -infinity on half",
        (s, random) -> map(s.firstStage, v -> random.nextBoolean() ? v : Double.NaN));
    changes.put("judge 0/1", (s, random) -> judge(s.exact));
    changes.put("judge 0 to 3", (s, random) -> map(s.exact, HardCase::grade));
    changes.put("score + N", (s, random) -> map(s.exact, v -> v + random.nextGaussian()));
    for (double factor : new double[] {1e-6, 1e6}) {
      changes.put("score x " + factor, (s, random) -> map(s.exact, v -> v * factor));
    }
    for (double offset : new double[] {300, 1000, 1e6}) {
      changes.put("score + " + offset, (s, random) -> map(s.exact, v -> v + offset));
    }
    changes.put("one text 400 times", (s, random) -> repeat(s));
    changes.forEach((name, change) -> cases.add(changed(name, change, queries, seed)));
    cases.addAll(blind(queries, seed));
    return cases;
  }

  private static HardCase changed(String name, Change change, int queries, long seed) {
    Draw draw = new Draw(seed);
    List<Scores> anchors = draw.many(ANCHORS, draw::topical);
    List<Scores> asked = draw.many(queries, draw::topical);
    anchors.forEach(scores -> change.apply(scores, draw.random));
    asked.forEach(scores -> change.apply(scores, draw.random));
    boolean knows = !name.endsWith("random") && !name.endsWith("constant");
    return new HardCase(name, knows, anchors, asked);
  }

  /** Anchors that do not see what queries are about. */
  private static List<HardCase> blind(int queries, long seed) {
    Draw draw = new Draw(seed);
    List<Scores> anchors = draw.many(ANCHORS, draw::topical);
    List<Scores> asked = draw.many(queries, draw::topical);
    Draw other = new Draw(seed + 1);
    List<Scores> random =
        draw.many(
            ANCHORS,
            () -> {
              Scores scores = draw.topical();
              fill(scores.exact, draw.random::nextGaussian);
              return scores;
            });
    return List.of(
        new HardCase("anchors random", true, random, asked),
        new HardCase(
            "anchors of another collection", true, other.many(ANCHORS, other::topical), asked),
        new HardCase("one anchor", true, anchors.subList(0, 1), asked),
        new HardCase(
            "all anchors the same",
            true,
            IntStream.range(0, ANCHORS).mapToObj(a -> anchors.getFirst()).toList(),
            asked));
  }

  private static void fill(float[] values, DoubleSupplier by) {
    map(values, v -> by.getAsDouble());
  }

  private static void map(float[] values, DoubleUnaryOperator by) {
    for (int d = 0; d < values.length; d++) {
      values[d] = (float) by.applyAsDouble(values[d]);
    }
  }

  private static void judge(float[] exact) {
    int[] best = best(exact, 5);
    Arrays.fill(exact, 0);
    for (int d : best) {
      exact[d] = 1;
    }
  }

  private static double grade(double score) {
    return score > 3.2 ? 3 : score > 2.6 ? 2 : score > 2 ? 1 : 0;
  }

  private static void repeat(Scores scores) {
    for (int d = DOCUMENTS / 2; d < DOCUMENTS / 2 + 400; d++) {
      scores.exact[d] = scores.exact[DOCUMENTS / 2];
      scores.firstStage[d] = scores.firstStage[DOCUMENTS / 2];
    }
  }

  private static int[] best(float[] values, int k) {
    return IntStream.range(0, values.length)
        .boxed()
        .sorted(Comparator.comparingDouble(d -> -values[d]))
        .limit(k)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** The documents, with what an index learns of them. */
  InMemorySpace.Documents documents() throws IOException {
    float[][] rows = new float[DOCUMENTS][anchors.size()];
    for (int d = 0; d < DOCUMENTS; d++) {
      for (int a = 0; a < rows[d].length; a++) {
        rows[d][a] = anchors.get(a).exact[d];
      }
    }
    List<String> names = IntStream.range(0, anchors.size()).mapToObj(a -> "anchor " + a).toList();
    AnchorSet set = AnchorSet.of(names, "hard", Arrays.copyOf(rows, 2000));
    List<String> ids = IntStream.range(0, DOCUMENTS).mapToObj(SyntheticScores::id).toList();
    InMemorySpace.Documents plain = InMemorySpace.Documents.of(set, rows, ids);
    AnchorQueries asked =
        new AnchorQueries() {
          @Override
          public SearchSpace space(int anchor) {
            return HardCase.space(plain, anchors.get(anchor));
          }

          @Override
          public float @Nullable [] vector(int anchor) {
            return null;
          }
        };
    AnchorSet learned = set.withLearned(AnchorLearning.learn(set, asked, 1, () -> {}));
    return new InMemorySpace.Documents(learned, plain.centred(), plain.squaredNorms(), ids);
  }

  static InMemorySpace space(InMemorySpace.Documents documents, Scores query) {
    return new InMemorySpace(
        documents,
        List.of(FIRST_STAGE),
        new float[][] {query.firstStage},
        null,
        some -> {
          float[] scores = new float[some.length];
          for (int i = 0; i < some.length; i++) {
            scores[i] = query.exact[some[i]];
          }
          return scores;
        });
  }

  /**
   * What a method makes of the queries.
   *
   * @param recall@10, where documents that tie with the tenth best are as good as it
   * @param expected what the searches expected of it, on average; NaN if they do not say
   */
  record Outcome(double recall, double expected) {}

  Outcome ask(SearchMethod method, InMemorySpace.Documents documents, int budget) {
    double[][] outcomes =
        queries.parallelStream()
            .map(query -> ask(method, documents, query, budget))
            .toArray(double[][]::new);
    return new Outcome(
        Arrays.stream(outcomes).mapToDouble(o -> o[0]).average().orElse(0),
        Arrays.stream(outcomes).mapToDouble(o -> o[1]).average().orElse(0));
  }

  private static double[] ask(
      SearchMethod method, InMemorySpace.Documents documents, Scores query, int budget) {
    int k = 10;
    try {
      SearchResult result =
          method.search(space(documents, query), SearchRequest.of("a query", k, budget));
      int[] best = best(query.exact, k);
      float last = query.exact[best[k - 1]];
      long above = Arrays.stream(best).filter(d -> query.exact[d] > last).count();
      long found = 0;
      long ties = 0;
      for (Hit hit : result.hits()) {
        float score = query.exact[hit.document()];
        found += score > last ? 1 : 0;
        ties += score == last ? 1 : 0;
      }
      double recall = (found + Math.min(ties, k - above)) / (double) k;
      return new double[] {recall, result.expectedRecall()};
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Draws scores over the same random documents. */
  private static final class Draw {

    private final Random random;
    private final double[][] documents;

    Draw(long seed) {
      random = new Random(seed);
      documents = new double[DOCUMENTS][];
      Arrays.setAll(documents, d -> vector());
    }

    /** A random direction of such a length that products have variance 1. */
    private double[] vector() {
      double[] vector = random.doubles(DIMENSION).map(x -> random.nextGaussian()).toArray();
      double norm = Math.sqrt(Arrays.stream(vector).map(x -> x * x).sum());
      return Arrays.stream(vector).map(x -> x * Math.pow(DIMENSION, 0.25) / norm).toArray();
    }

    private double product(double[] query, int document) {
      double sum = 0;
      for (int i = 0; i < DIMENSION; i++) {
        sum += query[i] * documents[document][i];
      }
      return sum;
    }

    List<Scores> many(int n, Supplier<Scores> draw) {
      return IntStream.range(0, n).mapToObj(i -> draw.get()).toList();
    }

    /** A few relevant documents that stand out in the first stage only. */
    Scores needles(boolean topical, double mean, double deviation) {
      double[] query = vector();
      Scores scores = new Scores(new float[DOCUMENTS], new float[DOCUMENTS]);
      for (int d = 0; d < DOCUMENTS; d++) {
        double topic = topical ? product(query, d) : 0;
        boolean relevant = random.nextInt(ONE_RELEVANT_IN) == 0;
        double score = relevant ? 5 + random.nextGaussian() : 0;
        score += topical ? 0.7 * topic : 0.3 * random.nextGaussian();
        double first = relevant ? mean + deviation * random.nextGaussian() : random.nextGaussian();
        scores.exact[d] = (float) score;
        scores.firstStage[d] = (float) (first + 0.5 * topic);
      }
      return scores;
    }

    /** Scores that anchors see, and the first stage somewhat. */
    Scores topical() {
      double[] query = vector();
      Scores scores = new Scores(new float[DOCUMENTS], new float[DOCUMENTS]);
      for (int d = 0; d < DOCUMENTS; d++) {
        double topic = product(query, d);
        scores.exact[d] = (float) (topic + 0.3 * random.nextGaussian());
        scores.firstStage[d] = (float) (topic + random.nextGaussian());
      }
      return scores;
    }
  }
}
