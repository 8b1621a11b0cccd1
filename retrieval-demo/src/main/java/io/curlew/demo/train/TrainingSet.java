package io.curlew.demo.train;

import io.curlew.attention.scoring.PairTokenizer;
import io.curlew.data.Dataset;
import io.curlew.data.TextQuery;
import io.curlew.data.eval.Judgements;
import io.curlew.data.model.CrossEncoderFiles;
import io.curlew.demo.console.BadInputException;
import io.curlew.demo.console.Progress;
import io.curlew.demo.index.DocumentSet;
import io.curlew.demo.index.IndexedDocuments;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What a cross-encoder is trained and checked on: judged training queries of a data set, and the
 * documents of an index of it but those that a test query is judged on. So nothing of the test
 * split is seen, neither as a right document nor as a wrong one.
 *
 * @param documents their numbers in the index
 * @param texts of the documents, by their numbers
 * @param trained queries, in random order
 * @param heldOut queries for checking; no trained query has a right document of one of them
 */
public record TrainingSet(
    int[] documents, Map<Integer, String> texts, List<Query> trained, List<Query> heldOut) {

  /**
   * A training query.
   *
   * @param right its right documents, at least 1
   */
  public record Query(String text, int[] right) {}

  /**
   * The training set of a data set. Queries that leave no room for a document are left out, and
   * said.
   *
   * @param heldOut how many queries are for checking
   * @param maxTokens longest pair
   * @param seed of the order of queries
   */
  public static TrainingSet of(
      Dataset dataset, IndexedDocuments indexed, int heldOut, int maxTokens, long seed)
      throws IOException {
    Set<String> tested = new HashSet<>();
    for (TextQuery query : dataset.testQueries()) {
      tested.addAll(dataset.judgements().judged(query.id()).keySet());
    }
    int[] places =
        IntStream.range(0, indexed.size())
            .filter(d -> !tested.contains(indexed.ids().get(d)))
            .toArray();
    Map<String, Integer> numbers = new HashMap<>();
    Map<Integer, String> texts = new HashMap<>();
    for (int place : places) {
      numbers.put(indexed.ids().get(place), indexed.numbers()[place]);
      texts.put(indexed.numbers()[place], indexed.texts().get(place));
    }
    List<Query> queries = new ArrayList<>();
    Judgements judgements = dataset.trainJudgements();
    for (TextQuery query : dataset.trainQueries()) {
      int[] right =
          judgements.judged(query.id()).entrySet().stream()
              .filter(judged -> judged.getValue() > 0 && numbers.containsKey(judged.getKey()))
              .mapToInt(judged -> numbers.getOrDefault(judged.getKey(), 0))
              .sorted()
              .toArray();
      if (right.length > 0) {
        queries.add(new Query(query.text(), right));
      }
    }
    leaveOutTooLong(queries, maxTokens);
    if (heldOut < 1 || heldOut >= queries.size()) {
      throw new BadInputException(
          "held-out queries must be at least 1 and fewer than the judged training queries, "
              + queries.size()
              + ", got: "
              + heldOut);
    }
    Collections.shuffle(queries, new Random(seed));
    List<Query> checked = List.copyOf(queries.subList(0, heldOut));
    Set<Integer> checkedDocuments = new HashSet<>();
    checked.forEach(query -> IntStream.of(query.right).forEach(checkedDocuments::add));
    List<Query> trained =
        queries.stream()
            .skip(heldOut)
            .filter(query -> IntStream.of(query.right).noneMatch(checkedDocuments::contains))
            .toList();
    if (trained.isEmpty()) {
      throw new BadInputException(
          "training queries must be at least 1 beside those held out, got: 0");
    }
    return new TrainingSet(
        IntStream.of(places).map(place -> indexed.numbers()[place]).toArray(),
        texts,
        trained,
        checked);
  }

  private static void leaveOutTooLong(List<Query> queries, int maxTokens) throws IOException {
    int all = queries.size();
    try (InputStream tokenizer = CrossEncoderFiles.base().openTokenizer();
        PairTokenizer pairs = PairTokenizer.read(tokenizer, maxTokens)) {
      queries.removeIf(query -> !pairs.leavesRoom(query.text));
    }
    if (queries.size() < all) {
      Progress.log(
          (all - queries.size())
              + " train queries leave no room for a document within "
              + maxTokens
              + " tokens, and are left out");
    }
  }

  /** Accepts the documents of this set in searches of its index. */
  DocumentSet filter() {
    return DocumentSet.of(documents);
  }

  /** The text of a document. */
  String text(int document) {
    String text = texts.get(document);
    if (text == null) {
      throw new IllegalArgumentException(
          "document must be of the training set, got: number " + document);
    }
    return text;
  }

  /**
   * The queries of one epoch. Epochs go through the queries one after the other, in an order that
   * is drawn anew when all have had their turn.
   *
   * @param size how many
   */
  static List<Query> epoch(List<Query> queries, int epoch, int size, long seed) {
    List<Query> turns = new ArrayList<>();
    long from = (long) epoch * size;
    long pass = -1;
    List<Query> order = List.of();
    for (long turn = from; turn < from + size; turn++) {
      if (turn / queries.size() != pass) {
        pass = turn / queries.size();
        order = new ArrayList<>(queries);
        Collections.shuffle(order, new Random(seed - 1 - pass));
      }
      turns.add(order.get((int) (turn % queries.size())));
    }
    return turns;
  }
}
