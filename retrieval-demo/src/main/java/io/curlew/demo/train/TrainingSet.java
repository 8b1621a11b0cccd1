package io.curlew.demo.train;

import io.curlew.attention.training.RankingExample;
import io.curlew.data.Document;
import io.curlew.data.TextQuery;
import io.curlew.data.WordNetDataset;
import io.curlew.demo.console.BadInputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * What a cross-encoder is trained and checked on: train queries of WordNet, and all documents but
 * those that a test query is judged on. So nothing of the test split is seen, neither as a right
 * document nor as a wrong one.
 *
 * @param documents texts
 * @param queries texts, in random order; the first {@code heldOut} are for checking
 * @param judged the number of each query's document
 * @param heldOut queries that are not trained on, nor is another of their synset
 */
public record TrainingSet(List<String> documents, List<String> queries, int[] judged, int heldOut) {
  /** Documents of a held-out example: the judged one and the nearest others. */
  private static final int CHECKED = 20;

  /** Half of the wrong documents of an example come from so many at the head of the list. */
  private static final int HARDEST = 16;

  public static TrainingSet of(WordNetDataset dataset, int heldOut, long seed) throws IOException {
    Set<String> tested = new HashSet<>();
    for (TextQuery query : dataset.testQueries()) {
      tested.addAll(dataset.judgements().judged(query.id()).keySet());
    }
    List<String> documents = new ArrayList<>();
    Map<String, Integer> numbers = new HashMap<>();
    for (Document document : dataset.documents()) {
      if (!tested.contains(document.id())) {
        numbers.put(document.id(), documents.size());
        documents.add(document.text());
      }
    }
    List<TextQuery> shuffled = new ArrayList<>(dataset.trainQueries());
    Collections.shuffle(shuffled, new Random(seed));
    if (heldOut < 1 || heldOut >= shuffled.size()) {
      throw new BadInputException(
          "held-out queries must be between 1 and "
              + (shuffled.size() - 1)
              + " of the train queries, got: "
              + heldOut);
    }
    Set<String> heldOutSynsets = new HashSet<>();
    shuffled.subList(0, heldOut).forEach(query -> heldOutSynsets.add(synset(query)));
    List<TextQuery> kept = new ArrayList<>(shuffled.subList(0, heldOut));
    shuffled.subList(heldOut, shuffled.size()).stream()
        .filter(query -> !heldOutSynsets.contains(synset(query)))
        .forEach(kept::add);
    int[] judged =
        kept.stream().mapToInt(query -> numbers.getOrDefault(synset(query), -1)).toArray();
    return new TrainingSet(documents, kept.stream().map(TextQuery::text).toList(), judged, heldOut);
  }

  private static String synset(TextQuery query) {
    return query.id().substring(0, query.id().lastIndexOf('-'));
  }

  /** The held-out queries, each with its document and the first of its list. */
  public List<RankingExample> heldOutExamples(HardNegatives negatives) {
    List<RankingExample> examples = new ArrayList<>();
    for (int query = 0; query < heldOut; query++) {
      List<Integer> wrong = new ArrayList<>();
      for (int i = 0; i < CHECKED - 1; i++) {
        wrong.add(negatives.lists()[query][i]);
      }
      examples.add(example(query, wrong));
    }
    return examples;
  }

  /**
   * Examples of one epoch. Epochs go through the queries one after the other, in an order that is
   * drawn anew when all have had their turn.
   *
   * @param size how many
   * @param wrong documents for each, drawn from its list
   */
  public List<RankingExample> epoch(
      int epoch, int size, int wrong, HardNegatives negatives, long seed) {
    Random random = new Random(seed + epoch);
    List<RankingExample> examples = new ArrayList<>();
    int trained = queries.size() - heldOut;
    long from = (long) epoch * size;
    long pass = -1;
    List<Integer> order = List.of();
    for (long turn = from; turn < from + size; turn++) {
      if (turn / trained != pass) {
        pass = turn / trained;
        order = shuffled(trained, new Random(seed - 1 - pass));
      }
      int query = heldOut + order.get((int) (turn % trained));
      examples.add(example(query, draw(negatives.lists()[query], wrong, random)));
    }
    return examples;
  }

  private static List<Integer> shuffled(int size, Random random) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      order.add(i);
    }
    Collections.shuffle(order, random);
    return order;
  }

  private static List<Integer> draw(int[] list, int count, Random random) {
    Set<Integer> drawn = new HashSet<>();
    List<Integer> wrong = new ArrayList<>();
    while (wrong.size() < count) {
      int among = wrong.size() < (count + 1) / 2 ? HARDEST : list.length;
      int document = list[random.nextInt(among)];
      if (drawn.add(document)) {
        wrong.add(document);
      }
    }
    return wrong;
  }

  private RankingExample example(int query, List<Integer> wrong) {
    List<String> texts = new ArrayList<>();
    texts.add(documents.get(judged[query]));
    wrong.forEach(document -> texts.add(documents.get(document)));
    return new RankingExample(queries.get(query), texts);
  }
}
