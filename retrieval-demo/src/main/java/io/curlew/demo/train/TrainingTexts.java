package io.curlew.demo.train;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.curlew.attention.training.FineTuning;
import io.curlew.data.Dataset;
import io.curlew.data.Document;
import io.curlew.data.TextQuery;
import io.curlew.data.model.ModelFiles;
import io.curlew.demo.console.BadInputException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Texts of several lengths, in tokens, out of the documents of data sets: short documents are put
 * one after the other, long ones are cut. Most are of 192 to 1,024 tokens, one in eight up to
 * 2,048. No document that is judged for a test query is among them.
 */
final class TrainingTexts implements FineTuning.Examples<long[]> {
  private static final int SHORTEST = 192;
  private static final int USUAL = 1024;
  static final int LONGEST = 2048;
  private static final int ONE_IN = 8;

  /** Tokens of a document without a text. */
  private static final int SPECIAL = 2;

  /** Of all documents, those that held-out texts are made of. */
  private static final int HELD_OUT_ONE_IN = 25;

  private static final int HELD_OUT_LENGTH = 512;
  private static final int MOST_DOCUMENTS = 20_000;

  private final List<List<long[]>> sets;
  private final List<List<long[]>> heldOut;
  private final int count;
  private final long seed;

  private TrainingTexts(List<List<long[]>> sets, List<List<long[]>> heldOut, int count, long seed) {
    this.sets = sets;
    this.heldOut = heldOut;
    this.count = count;
    this.seed = seed;
  }

  /**
   * Tokenizes the documents.
   *
   * @param data sets, each of which gives as many texts
   * @param count texts in an epoch
   */
  static TrainingTexts of(List<Dataset> data, int count, long seed) throws IOException {
    List<List<long[]>> sets = new ArrayList<>();
    List<List<long[]>> heldOut = new ArrayList<>();
    Map<String, String> whole = Map.of("truncation", "false", "padding", "false");
    try (InputStream json = ModelFiles.miniLm().openTokenizer();
        HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.newInstance(json, whole)) {
      for (Dataset one : data) {
        List<long[]> tokens =
            documents(one, seed).stream()
                .map(document -> tokenizer.encode(document.text()).getIds())
                .filter(ids -> ids.length > SPECIAL)
                .toList();
        if (tokens.size() < 2) {
          throw new BadInputException(
              "data set "
                  + one.name()
                  + " must have at least 2 documents with a text that are not judged for test"
                  + " queries, got: "
                  + tokens.size());
        }
        int held = Math.max(1, tokens.size() / HELD_OUT_ONE_IN);
        heldOut.add(tokens.subList(0, held));
        sets.add(tokens.subList(held, tokens.size()));
      }
    }
    return new TrainingTexts(sets, heldOut, count, seed);
  }

  private static List<Document> documents(Dataset data, long seed) throws IOException {
    Set<String> judged = new HashSet<>();
    for (TextQuery query : data.testQueries()) {
      judged.addAll(data.judgements().judged(query.id()).keySet());
    }
    List<Document> documents = new ArrayList<>(data.documents());
    documents.removeIf(document -> judged.contains(document.id()));
    Collections.shuffle(documents, new Random(seed));
    return documents.subList(0, Math.min(MOST_DOCUMENTS, documents.size()));
  }

  /** Texts of documents that no epoch has, of 512 tokens. */
  List<long[]> heldOut(int texts) {
    List<long[]> all = new ArrayList<>();
    for (List<long[]> documents : heldOut) {
      TextStream stream = new TextStream(documents);
      for (int i = 0; i < texts; i++) {
        all.add(stream.next(HELD_OUT_LENGTH));
      }
    }
    return all;
  }

  @Override
  public List<long[]> epoch(int epoch) {
    Random random = new Random(seed + 1000L * (epoch + 1));
    List<long[]> texts = new ArrayList<>();
    for (int set = 0; set < sets.size(); set++) {
      List<long[]> documents = new ArrayList<>(sets.get(set));
      Collections.shuffle(documents, random);
      TextStream stream = new TextStream(documents);
      int until = count * (set + 1) / sets.size();
      while (texts.size() < until) {
        int length =
            random.nextInt(ONE_IN) == 0
                ? random.nextInt(USUAL, LONGEST + 1)
                : random.nextInt(SHORTEST, USUAL + 1);
        texts.add(stream.next(length));
      }
    }
    Collections.shuffle(texts, random);
    return texts;
  }
}
