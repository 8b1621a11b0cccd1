package io.curlew.attention.scoring;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslatorContext;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Why {@link TokenEncoder} gives each model call one text: int8 and fp32 MiniLM, one text per call
 * on two threads, against padded batches of 32 on two threads inside ONNX Runtime. Prints texts per
 * second, best of three, on WordNet glosses and on longer texts made of several; and the largest
 * move of any MaxSim between a document encoded alone and in a batch. Arguments: models on the
 * class path, if not both.
 *
 * <pre>mvn -q -pl attention -am -DskipTests -Pencoder-comparison verify</pre>
 */
final class EncoderComparison {

  private static final int BATCH = 32;
  private static final LateInteractionOptions OPTIONS =
      LateInteractionOptions.defaults().withThreads(2).withCacheBytes(0);

  private EncoderComparison() {}

  public static void main(String[] args) throws Exception {
    List<String> glosses = glosses(4000);
    List<String> shortTexts = glosses.subList(0, 2000);
    List<String> longTexts = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      longTexts.add(String.join(". ", glosses.subList(2000 + i * 6, 2006 + i * 6)));
    }
    for (String name :
        args.length > 0
            ? List.of(args)
            : List.of("/all-minilm-l6-v2-q.onnx", "/all-minilm-l6-v2.onnx")) {
      for (List<String> texts : List.of(shortTexts, longTexts)) {
        compare(name, texts);
      }
    }
  }

  private static void compare(String name, List<String> texts) throws Exception {
    List<EncodedText> alone;
    List<TokenizedText> tokenized = new ArrayList<>();
    try (TokenEncoder encoder =
        TokenEncoder.open(MiniLm.resource(name), MiniLm.TOKENIZER, OPTIONS)) {
      double best = Double.POSITIVE_INFINITY;
      alone = encoder.encode(TextRole.DOCUMENT, texts);
      for (int run = 0; run < 3; run++) {
        long start = System.nanoTime();
        alone = encoder.encode(TextRole.DOCUMENT, texts);
        best = Math.min(best, (System.nanoTime() - start) / 1e9);
      }
      report(name, texts, alone, "one text per call", best);
    }
    try (InputStream stream = MiniLm.TOKENIZER.open();
        TextTokenizer tokenizer = TextTokenizer.read(stream, OPTIONS)) {
      for (String text : texts) {
        tokenized.add(tokenizer.tokenize(TextRole.DOCUMENT, text));
      }
    }
    try (InputStream stream = MiniLm.resource(name).open();
        Model model = Model.newInstance("batches", "OnnxRuntime")) {
      model.load(stream, Map.of("intraOpNumThreads", "2", "interOpNumThreads", "1"));
      try (Predictor<List<TokenizedText>, List<EncodedText>> predictor =
          model.newPredictor(new PaddedBatch())) {
        List<EncodedText> batched = encodeBatches(predictor, tokenized);
        double best = Double.POSITIVE_INFINITY;
        for (int run = 0; run < 3; run++) {
          long start = System.nanoTime();
          batched = encodeBatches(predictor, tokenized);
          best = Math.min(best, (System.nanoTime() - start) / 1e9);
        }
        report(name, texts, batched, "batches of " + BATCH, best);
        System.out.printf(
            Locale.ROOT,
            "    largest move of a MaxSim: %.2e, of a token vector's value: %.2e%n",
            largestMove(alone, batched),
            largestValueMove(alone, batched));
      }
    }
  }

  private static List<EncodedText> encodeBatches(
      Predictor<List<TokenizedText>, List<EncodedText>> predictor, List<TokenizedText> texts)
      throws Exception {
    List<EncodedText> encoded = new ArrayList<>();
    for (int from = 0; from < texts.size(); from += BATCH) {
      encoded.addAll(predictor.predict(texts.subList(from, Math.min(texts.size(), from + BATCH))));
    }
    return encoded;
  }

  private static double largestMove(List<EncodedText> alone, List<EncodedText> batched) {
    List<EncodedText> queries = alone.subList(0, 50);
    float[][] expected = MaxSim.score(queries, alone);
    float[][] actual = MaxSim.score(queries, batched);
    double largest = 0;
    for (int query = 0; query < expected.length; query++) {
      for (int document = 0; document < alone.size(); document++) {
        largest = Math.max(largest, Math.abs(expected[query][document] - actual[query][document]));
      }
    }
    return largest;
  }

  private static double largestValueMove(List<EncodedText> alone, List<EncodedText> batched) {
    double largest = 0;
    for (int text = 0; text < alone.size(); text++) {
      float[] expected = alone.get(text).vectors();
      float[] actual = batched.get(text).vectors();
      for (int i = 0; i < expected.length; i++) {
        largest = Math.max(largest, Math.abs((double) expected[i] - actual[i]));
      }
    }
    return largest;
  }

  private static void report(
      String name, List<String> texts, List<EncodedText> encoded, String how, double seconds) {
    double tokens = encoded.stream().mapToInt(EncodedText::tokens).average().orElse(0);
    System.out.printf(
        Locale.ROOT,
        "%s, %d texts of %.0f tokens, %s: %.0f texts/s%n",
        name,
        texts.size(),
        tokens,
        how,
        texts.size() / seconds);
  }

  private static List<String> glosses(int count) throws IOException {
    List<String> glosses = new ArrayList<>();
    InputStream stream = MiniLm.resource("/net/sf/extjwnl/data/wordnet/wn31/data.noun").open();
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      for (String line = reader.readLine();
          line != null && glosses.size() < count;
          line = reader.readLine()) {
        int gloss = line.indexOf(" | ");
        if (gloss >= 0) {
          glosses.add(line.substring(gloss + 3).strip());
        }
      }
    }
    return glosses;
  }

  /** Pads texts to the longest of the batch and leaves the padding out again. */
  private static final class PaddedBatch
      implements NoBatchifyTranslator<List<TokenizedText>, List<EncodedText>> {

    private List<TokenizedText> batch = List.of();

    @Override
    public NDList processInput(TranslatorContext context, List<TokenizedText> input) {
      batch = input;
      int width = input.stream().mapToInt(text -> text.ids().length).max().orElseThrow();
      long[] ids = new long[input.size() * width];
      long[] mask = new long[ids.length];
      for (int i = 0; i < input.size(); i++) {
        long[] text = input.get(i).ids();
        System.arraycopy(text, 0, ids, i * width, text.length);
        Arrays.fill(mask, i * width, i * width + text.length, 1);
      }
      NDManager manager = context.getNDManager();
      Shape shape = new Shape(input.size(), width);
      NDArray idArray = manager.create(ids, shape);
      NDArray maskArray = manager.create(mask, shape);
      NDArray typeArray = manager.create(new long[ids.length], shape);
      idArray.setName("input_ids");
      maskArray.setName("attention_mask");
      typeArray.setName("token_type_ids");
      return new NDList(idArray, maskArray, typeArray);
    }

    @Override
    public List<EncodedText> processOutput(TranslatorContext context, NDList outputs) {
      Shape shape = outputs.head().getShape();
      float[] all = outputs.head().toFloatArray();
      int stride = Math.toIntExact(shape.get(1) * shape.get(2));
      int dimension = Math.toIntExact(shape.get(2));
      List<EncodedText> texts = new ArrayList<>();
      for (int i = 0; i < batch.size(); i++) {
        TokenizedText text = batch.get(i);
        int from = i * stride;
        texts.add(
            EncodedText.of(
                Arrays.copyOfRange(all, from, from + text.ids().length * dimension),
                text.special()));
      }
      return texts;
    }
  }
}
