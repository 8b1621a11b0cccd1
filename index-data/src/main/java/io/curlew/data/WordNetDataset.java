package io.curlew.data;

import io.curlew.data.eval.Judgements;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A seeded sample of {@link WordNet}: synsets as documents, their example sentences as queries,
 * split by synset into train and test, half and half (the odd one is test). Immutable.
 *
 * <p>One seed puts all synsets in one order; a sample is the first so many, and those with queries
 * go to test and train in turn. So samples of one seed are nested, and a synset is on the same side
 * in all of them: what was trained on one sample can be tested on another.
 */
public final class WordNetDataset implements Dataset {
  private final String name;
  private final List<Document> documents;
  private final List<TextQuery> trainQueries;
  private final List<TextQuery> testQueries;
  private final Judgements judgements;
  private final Judgements trainJudgements;

  private WordNetDataset(
      String name,
      List<Document> documents,
      List<TextQuery> trainQueries,
      List<TextQuery> testQueries,
      Judgements judgements,
      Judgements trainJudgements) {
    this.name = name;
    this.documents = documents;
    this.trainQueries = trainQueries;
    this.testQueries = testQueries;
    this.judgements = judgements;
    this.trainJudgements = trainJudgements;
  }

  /** A sample of the WordNet on the class path; see {@link #sample(WordNet, int, long)}. */
  public static WordNetDataset sample(int documents, long seed) throws IOException {
    requireAtLeastOne(documents);
    return sample(WordNet.load(), documents, seed);
  }

  /** Every synset of the WordNet on the class path, split with {@code seed}. */
  public static WordNetDataset all(long seed) throws IOException {
    WordNet wordNet = WordNet.load();
    return sample(wordNet, wordNet.synsets().size(), seed);
  }

  /**
   * A sample, uniform without replacement.
   *
   * @param documents the number of synsets, at least 1
   * @param seed the same seed gives the same sample and the same split
   * @throws IllegalArgumentException if there are not so many synsets
   */
  public static WordNetDataset sample(WordNet wordNet, int documents, long seed) {
    requireAtLeastOne(documents);
    List<Synset> order = new ArrayList<>(wordNet.synsets());
    if (documents > order.size()) {
      throw new IllegalArgumentException(
          "documents must be at most the "
              + order.size()
              + " synsets of WordNet, got: "
              + documents);
    }
    Collections.shuffle(order, new Random(seed));
    List<Synset> sample = order.subList(0, documents);
    Set<String> testSynsets = everySecond(sample);

    List<TextQuery> train = new ArrayList<>();
    List<TextQuery> test = new ArrayList<>();
    Map<String, Map<String, Integer>> grades = new LinkedHashMap<>();
    Map<String, Map<String, Integer>> trainGrades = new LinkedHashMap<>();
    for (Synset synset : sample) {
      boolean isTest = testSynsets.contains(synset.id());
      for (TextQuery query : synset.queries()) {
        if (isTest) {
          test.add(query);
          grades.put(query.id(), Map.of(synset.id(), 1));
        } else {
          train.add(query);
          trainGrades.put(query.id(), Map.of(synset.id(), 1));
        }
      }
    }
    String name = documents == order.size() ? "wordnet" : "wordnet-" + documents;
    return new WordNetDataset(
        name,
        sample.stream().map(Synset::document).toList(),
        AnchorCandidates.unlike(test, train),
        Collections.unmodifiableList(test),
        Judgements.of(grades),
        Judgements.of(trainGrades));
  }

  private static void requireAtLeastOne(int documents) {
    if (documents < 1) {
      throw new IllegalArgumentException("documents must be at least 1, got: " + documents);
    }
  }

  /** The ids of every second synset that has queries, starting with the first. */
  private static Set<String> everySecond(List<Synset> sample) {
    List<Synset> queried = sample.stream().filter(synset -> !synset.queries().isEmpty()).toList();
    return IntStream.range(0, queried.size())
        .filter(i -> i % 2 == 0)
        .mapToObj(i -> queried.get(i).id())
        .collect(Collectors.toUnmodifiableSet());
  }

  /** {@code wordnet}, or {@code wordnet-N} for a sample of N. */
  @Override
  public String name() {
    return name;
  }

  @Override
  public DocumentReader openDocuments() {
    return DocumentReader.of(documents);
  }

  /**
   * The sampled synsets in seeded order: a sample of the same seed and half the size is its first
   * half.
   */
  @Override
  public List<Document> documents() {
    return documents;
  }

  /**
   * The queries of the train synsets, for anchors and for training, less the few whose sentence is
   * also a test query.
   */
  @Override
  public List<TextQuery> trainQueries() {
    return trainQueries;
  }

  @Override
  public List<String> anchorQueryCandidates() {
    return AnchorCandidates.texts(trainQueries, testQueries);
  }

  /** The queries of the test synsets. */
  @Override
  public List<TextQuery> testQueries() {
    return testQueries;
  }

  /** For each training query its own synset, grade 1. */
  @Override
  public Judgements trainJudgements() {
    return trainJudgements;
  }

  /** For each test query its own synset, grade 1. */
  @Override
  public Judgements judgements() {
    return judgements;
  }
}
