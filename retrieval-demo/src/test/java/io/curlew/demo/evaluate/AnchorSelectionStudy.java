package io.curlew.demo.evaluate;

import io.curlew.attention.scoring.LateInteractionModel;
import io.curlew.attention.scoring.LateInteractionOptions;
import io.curlew.attention.scoring.TextRole;
import io.curlew.cur.AdaptiveSearch;
import io.curlew.cur.Hit;
import io.curlew.cur.InMemorySpace;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.anchor.AnchorSelection;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.data.Dataset;
import io.curlew.data.Document;
import io.curlew.data.PseudoQueries;
import io.curlew.data.TextQuery;
import io.curlew.demo.index.Datasets;
import io.curlew.demo.index.Models;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Which {@link AnchorSelection} is best for a collection, judged on held-out anchor queries: texts
 * that might have been anchors, never the queries that are evaluated. All scores of a pool of
 * candidates and of the held-out queries are computed once and kept in a file; then each selection
 * chooses 400 anchors by the scores on 2,000 documents, and adaptive search answers the held-out
 * queries with them. Prints recall at 10 and 100 against the exact ranking, mean over seeds.
 *
 * <pre>
 * mvn -q -DskipTests package
 * java --add-modules jdk.incubator.vector -Xmx3g -Dai.djl.offline=true
 *   -cp "retrieval-demo/target/classes:retrieval-demo/target/test-classes:$(cat
 *   retrieval-demo/target/dependencies)" io.curlew.demo.evaluate.AnchorSelectionStudy CACHE-DIR wordnet
 * </pre>
 */
final class AnchorSelectionStudy {

  private static final int ANCHORS = 400;
  private static final int POOL = 1200;
  private static final int HELD_OUT = 100;
  private static final int SAMPLE = 2000;
  private static final int[] BUDGETS = {100, 200};

  private final Scores scores;
  private final int seeds;
  private double[][][] uniform = new double[0][][];

  private AnchorSelectionStudy(Scores scores, int seeds) {
    this.scores = scores;
    this.seeds = seeds;
  }

  public static void main(String[] args) throws Exception {
    Path file = Path.of(args[0]).resolve(args[1].replaceAll(".*/", "") + "-" + POOL + ".scores");
    Scores scores = Files.exists(file) ? Scores.read(file) : Scores.compute(args[1]);
    if (!Files.exists(file)) {
      Files.createDirectories(Path.of(args[0]));
      scores.write(file);
    }
    int seeds = args.length > 2 ? Integer.parseInt(args[2]) : 3;
    System.out.printf(
        Locale.ROOT,
        "%s: %d documents, pool of %d, %d held-out queries, %d seeds%n",
        args[1],
        scores.documents(),
        POOL,
        scores.heldOut(),
        seeds);
    AnchorSelectionStudy study = new AnchorSelectionStudy(scores, seeds);
    for (AnchorSelection selection : AnchorSelection.values()) {
      study.report(selection);
    }
  }

  /** Prints means, and how far recall at 100 is from uniform's with its standard error. */
  private void report(AnchorSelection selection) {
    double[][][] recall = new double[BUDGETS.length][scores.heldOut()][2];
    for (int seed = 0; seed < seeds; seed++) {
      List<Integer> pool = new ArrayList<>(IntStream.range(0, POOL).boxed().toList());
      Collections.shuffle(pool, new Random(seed));
      int[] sample =
          new Random(seed)
              .ints(0, scores.documents())
              .distinct()
              .limit(Math.min(SAMPLE, scores.documents()))
              .toArray();
      float[][] sampled = new float[POOL][sample.length];
      for (int i = 0; i < POOL; i++) {
        float[] row = scores.exact[pool.get(i)];
        for (int d = 0; d < sample.length; d++) {
          sampled[i][d] = row[sample[d]];
        }
      }
      int[] anchors =
          IntStream.of(selection.select(sampled, ANCHORS, seed)).map(pool::get).toArray();
      MatrixIndex index = new MatrixIndex(scores.exact, anchors);
      AnchorSet set =
          AnchorSet.of(
              IntStream.of(anchors).mapToObj(a -> "anchor " + a).toList(),
              "study",
              index.anchorRows(sample));
      for (int b = 0; b < BUDGETS.length; b++) {
        add(recall[b], index, set, BUDGETS[b]);
      }
    }
    StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%-10s", selection.label()));
    for (int b = 0; b < BUDGETS.length; b++) {
      double[][] base = selection == AnchorSelection.UNIFORM ? recall[b] : uniform[b];
      double[][] mine = recall[b];
      double[] difference = meanAndError(q -> mine[q][1] - base[q][1], mine.length);
      line.append(
          String.format(
              Locale.ROOT,
              "  budget %d: %.4f / %.4f, @100 over uniform %+.4f (s.e. %.4f)",
              BUDGETS[b],
              meanAndError(q -> mine[q][0], mine.length)[0],
              meanAndError(q -> mine[q][1], mine.length)[0],
              difference[0],
              difference[1]));
    }
    System.out.println(line);
    if (selection == AnchorSelection.UNIFORM) {
      uniform = recall;
    }
  }

  private static double[] meanAndError(IntToDoubleFunction value, int n) {
    double mean = IntStream.range(0, n).mapToDouble(value).average().orElse(0);
    double squares = 0;
    for (int i = 0; i < n; i++) {
      squares += Math.pow(value.applyAsDouble(i) - mean, 2);
    }
    return new double[] {mean, Math.sqrt(squares / n / n)};
  }

  /** Adds each query's recall at 10 and at 100, over the number of seeds. */
  private void add(double[][] recall, MatrixIndex index, AnchorSet set, int budget) {
    InMemorySpace.Documents documents = index.documents(set);
    IntStream.range(0, scores.heldOut())
        .parallel()
        .forEach(
            q -> {
              float[] exact = scores.exact[POOL + q];
              Set<Integer> top100 = top(exact, 100);
              Set<Integer> top10 = top(exact, 10);
              try {
                List<Hit> hits =
                    new AdaptiveSearch()
                        .search(
                            MatrixIndex.forQuery(documents, scores.firstStage[q], exact),
                            SearchRequest.of("query", 100, budget))
                        .hits();
                long in10 =
                    hits.stream().limit(10).filter(h -> top10.contains(h.document())).count();
                long in100 = hits.stream().filter(h -> top100.contains(h.document())).count();
                recall[q][0] += in10 / 10.0 / seeds;
                recall[q][1] += in100 / 100.0 / seeds;
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
  }

  private static Set<Integer> top(float[] values, int n) {
    return new HashSet<>(
        IntStream.range(0, values.length)
            .boxed()
            .sorted(Comparator.comparingDouble(d -> -values[d]))
            .limit(n)
            .toList());
  }

  /**
   * What is computed once for a collection.
   *
   * @param exact of the pool, then of the held-out queries, {@code [queries][documents]}
   * @param firstStage of the held-out queries: cosines of pooled vectors
   */
  private record Scores(float[][] exact, float[][] firstStage) {

    int documents() {
      return exact[0].length;
    }

    int heldOut() {
      return firstStage.length;
    }

    static Scores compute(String name) throws IOException {
      long seed = 42;
      Dataset dataset = Datasets.open(name, Datasets.DEFAULT_DOCUMENTS, seed);
      List<Document> documents = dataset.documents();
      List<String> queries = new ArrayList<>(dataset.anchorQueryCandidates());
      Collections.shuffle(queries, new Random(seed));
      int wanted = POOL + HELD_OUT;
      queries = new ArrayList<>(queries.subList(0, Math.min(wanted, queries.size())));
      if (queries.size() < wanted) {
        Set<String> exclude = new HashSet<>(queries);
        for (TextQuery query : dataset.testQueries()) {
          exclude.add(query.text());
        }
        queries.addAll(PseudoQueries.cut(documents, wanted - queries.size(), seed, exclude));
        Collections.shuffle(queries, new Random(seed));
      }
      List<String> texts = documents.stream().map(Document::text).toList();
      try (LateInteractionModel model = Models.lateInteraction(LateInteractionOptions.defaults())) {
        ExactScores exact = ExactScores.compute(model, queries, texts, null);
        float[][] rows = new float[wanted][];
        for (int q = 0; q < wanted; q++) {
          rows[q] = exact.row(queries.get(q));
        }
        float[][] queryVectors =
            model.encoder().pooled(TextRole.QUERY, queries.subList(POOL, wanted));
        float[][] firstStage = new float[HELD_OUT][texts.size()];
        for (int from = 0; from < texts.size(); from += 512) {
          int to = Math.min(texts.size(), from + 512);
          float[][] vectors = model.encoder().pooled(TextRole.DOCUMENT, texts.subList(from, to));
          for (int q = 0; q < HELD_OUT; q++) {
            for (int d = from; d < to; d++) {
              firstStage[q][d] = dot(queryVectors[q], vectors[d - from]);
            }
          }
        }
        return new Scores(rows, firstStage);
      }
    }

    private static float dot(float[] a, float[] b) {
      float sum = 0;
      for (int i = 0; i < a.length; i++) {
        sum += a[i] * b[i];
      }
      return sum;
    }

    void write(Path file) throws IOException {
      try (DataOutputStream out =
          new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 20))) {
        out.writeInt(documents());
        out.writeInt(heldOut());
        for (float[][] rows : new float[][][] {exact, firstStage}) {
          for (float[] row : rows) {
            for (float value : row) {
              out.writeFloat(value);
            }
          }
        }
      }
    }

    static Scores read(Path file) throws IOException {
      try (DataInputStream in =
          new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 20))) {
        int documents = in.readInt();
        int heldOut = in.readInt();
        float[][] exact = new float[POOL + heldOut][documents];
        float[][] firstStage = new float[heldOut][documents];
        for (float[][] rows : new float[][][] {exact, firstStage}) {
          for (float[] row : rows) {
            for (int d = 0; d < documents; d++) {
              row[d] = in.readFloat();
            }
          }
        }
        return new Scores(exact, firstStage);
      }
    }
  }
}
