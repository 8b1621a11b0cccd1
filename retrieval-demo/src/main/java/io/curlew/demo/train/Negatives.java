package io.curlew.demo.train;

import io.curlew.attention.training.RankingExample;
import io.curlew.cur.SearchSpace;
import io.curlew.demo.index.CurlewIndex;
import io.curlew.demo.index.DocumentSet;
import io.curlew.demo.train.TrainingSet.Query;
import io.curlew.lucene.Feature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * Wrong documents for training queries: the heads of the first stages' lists, what a model was
 * found to overrate, and some at random. None says nearly the same as a right one.
 */
public final class Negatives {

  private static final int DENSE_DEPTH = 64;
  private static final int BM25_DEPTH = 32;

  /** Half of the listed documents of an example come from so many at the head of the list. */
  private static final int HARDEST = 16;

  /** The share of overrated documents in an example, and of random ones, once there are any. */
  private static final double OVERRATED = 3.0 / 7;

  private static final double RANDOM = 1.0 / 7;

  /** The cosine of dense vectors from which two texts are taken to say the same. */
  private static final float SAME = 0.9f;

  private final TrainingSet set;
  private final CurlewIndex index;
  private final DocumentSet filter;
  private final Map<Query, int[]> listed = new ConcurrentHashMap<>();

  /** Among the documents of a set, by the lists of its index. */
  public Negatives(TrainingSet set, CurlewIndex index) {
    this.set = set;
    this.index = index;
    this.filter = set.filter();
  }

  /**
   * An example for each query, with a right document of it.
   *
   * @param wrong documents of each
   * @param overrated by the model so far, for each query; empty before the first search for them
   */
  public List<RankingExample> examples(
      List<Query> queries, int wrong, Map<Query, int[]> overrated, Random random) {
    queries.parallelStream().forEach(this::listed);
    List<RankingExample> examples = new ArrayList<>();
    for (Query query : queries) {
      Set<Integer> drawn = new LinkedHashSet<>();
      if (!overrated.isEmpty()) {
        int[] mistakes = overrated.getOrDefault(query, new int[0]);
        draw(mistakes, query, share(OVERRATED, wrong), drawn, random);
        draw(set.documents(), query, drawn.size() + share(RANDOM, wrong), drawn, random);
      }
      int[] list = listed(query);
      int hard = drawn.size() + (wrong - drawn.size() + 1) / 2;
      draw(Arrays.copyOf(list, Math.min(HARDEST, list.length)), query, hard, drawn, random);
      draw(list, query, wrong, drawn, random);
      draw(set.documents(), query, wrong, drawn, random); // where lists are too short
      examples.add(example(query, query.right()[random.nextInt(query.right().length)], drawn));
    }
    return examples;
  }

  private static int share(double share, int of) {
    return Math.max(1, (int) Math.round(share * of));
  }

  /** An example for each query: a right document and the first of its list. */
  public List<RankingExample> heads(List<Query> queries, int wrong) {
    queries.parallelStream().forEach(this::listed);
    return queries.stream()
        .map(
            query ->
                example(
                    query,
                    query.right()[0],
                    IntStream.of(listed(query)).limit(wrong).boxed().toList()))
        .toList();
  }

  private RankingExample example(Query query, int right, Iterable<Integer> wrong) {
    List<String> texts = new ArrayList<>();
    texts.add(set.text(right));
    wrong.forEach(document -> texts.add(set.text(document)));
    return new RankingExample(query.text(), texts);
  }

  /** Draws until so many are drawn, or none is left. */
  private static void draw(int[] from, Query query, int size, Set<Integer> drawn, Random random) {
    int[] left =
        IntStream.of(from)
            .filter(d -> !drawn.contains(d) && Arrays.binarySearch(query.right(), d) < 0)
            .toArray();
    for (int n = left.length; drawn.size() < size && n > 0; n--) {
      int pick = random.nextInt(n);
      drawn.add(left[pick]);
      left[pick] = left[n - 1];
    }
  }

  /** Dense and BM25 lists, interleaved, without what is right or says the same. */
  private int[] listed(Query query) {
    return listed.computeIfAbsent(query, this::find);
  }

  private int[] find(Query query) {
    try {
      SearchSpace space =
          index.searcher().space(query.text(), index.features(), index.model(), filter);
      int[] dense = space.list(space.features().indexOf(Feature.DENSE), DENSE_DEPTH);
      int[] bm25 = space.list(space.features().indexOf(Feature.BM25), BM25_DEPTH);
      Set<Integer> union = new LinkedHashSet<>();
      for (int i = 0; i < Math.max(dense.length, bm25.length); i++) {
        if (i < dense.length) {
          union.add(dense[i]);
        }
        if (i < bm25.length) {
          union.add(bm25[i]);
        }
      }
      int[] list = union.stream().mapToInt(Integer::intValue).limit(DENSE_DEPTH).toArray();
      return wrong(query, list);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Those of some documents that are not right, nor nearly the same as one that is. */
  int[] wrong(Query query, int[] documents) throws IOException {
    boolean[] out = new boolean[documents.length];
    for (int right : query.right()) {
      float[] likeness =
          index
              .searcher()
              .space(
                  set.text(right),
                  index.features(Feature.DENSE, index.documentEmbedder()),
                  index.model(),
                  filter)
              .rows(documents)
              .features()[0];
      for (int d = 0; d < out.length; d++) {
        out[d] |= documents[d] == right || likeness[d] >= SAME;
      }
    }
    return IntStream.range(0, out.length).filter(d -> !out[d]).map(d -> documents[d]).toArray();
  }
}
