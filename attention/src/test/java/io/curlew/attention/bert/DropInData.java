package io.curlew.attention.bert;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.curlew.attention.TokenSpan;
import io.curlew.attention.scoring.EncodedText;
import io.curlew.data.WordNet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Texts to compare encoders on: WordNet documents joined to 256 to 512 tokens, and queries. */
final class DropInData {
  private static final int SHORTEST = 256;
  private static final int LONGEST = 512;

  private final List<long[]> texts = new ArrayList<>();
  private final List<long[]> queries = new ArrayList<>();

  /** The same seed gives the same texts. */
  DropInData(HuggingFaceTokenizer tokenizer, int textCount, int queryCount, long seed)
      throws IOException {
    List<io.curlew.data.Synset> synsets = new ArrayList<>(WordNet.load().synsets());
    Random random = new Random(seed);
    Collections.shuffle(synsets, random);
    int next = 0;
    while (texts.size() < textCount) {
      int wanted = SHORTEST + random.nextInt(LONGEST - SHORTEST + 1);
      StringBuilder text = new StringBuilder();
      long[] ids = new long[0];
      while (ids.length < wanted) {
        text.append(synsets.get(next++).document().text()).append(". ");
        ids = tokenizer.encode(text.toString()).getIds();
      }
      if (ids.length <= LONGEST) {
        texts.add(ids);
      }
    }
    // Queries whose answer is in one of the texts.
    for (int i = 0; i < next && queries.size() < queryCount; i++) {
      if (!synsets.get(i).queries().isEmpty()) {
        queries.add(tokenizer.encode(synsets.get(i).queries().get(0).text()).getIds());
      }
    }
  }

  List<EncodedText> encodeTexts(BertEncoder encoder, NDManager manager) {
    return encode(encoder, manager, texts);
  }

  List<EncodedText> encodeQueries(BertEncoder encoder, NDManager manager) {
    return encode(encoder, manager, queries);
  }

  double meanTokens() {
    return texts.stream().mapToInt(text -> text.length).average().orElseThrow();
  }

  private static List<EncodedText> encode(
      BertEncoder encoder, NDManager manager, List<long[]> texts) {
    ParameterStore store = new ParameterStore(manager, false);
    List<EncodedText> encoded = new ArrayList<>();
    for (long[] ids : texts) {
      try (NDManager scratch = manager.newSubManager()) {
        NDArray batch = scratch.create(ids, new Shape(1, ids.length));
        float[] raw =
            encoder
                .encode(store, batch, null, TokenSpan.whole(1, ids.length), false)
                .toFloatArray();
        boolean[] special = new boolean[ids.length];
        special[0] = true;
        special[ids.length - 1] = true;
        encoded.add(EncodedText.of(raw, special));
      }
    }
    return encoded;
  }
}
