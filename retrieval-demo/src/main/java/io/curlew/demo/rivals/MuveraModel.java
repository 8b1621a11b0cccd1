package io.curlew.demo.rivals;

import io.curlew.attention.scoring.EncodedText;
import io.curlew.attention.scoring.FixedDimensionalEncoder;
import io.curlew.attention.scoring.LateInteractionModel;
import io.curlew.attention.scoring.TextRole;
import io.curlew.cur.model.InteractionModel;
import io.curlew.simd.DotProduct;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Late interaction by fixed-dimensional encodings: what a single-vector index would find. Scores
 * are computed for all documents of an evaluation once, encodings are not kept.
 */
public final class MuveraModel implements InteractionModel {

  /** Repetitions, planes and projected dimensions: the largest encoding of the paper, 10,240. */
  private static final int REPETITIONS = 20;

  private static final int PLANES = 5;
  private static final int PROJECTED = 16;

  /** Documents whose token vectors are held at a time: 100 MB of 512 tokens each. */
  private static final int CHUNK = 128;

  private final LateInteractionModel model;
  private final FixedDimensionalEncoder encoder;
  private final DotProduct products = DotProduct.create();

  /** Encodings of a model's token vectors; the model stays open when this is closed. */
  public MuveraModel(LateInteractionModel model, long seed) {
    this.model = model;
    int dimension = model.encoder().encode(TextRole.QUERY, List.of("a query")).get(0).dimension();
    this.encoder =
        FixedDimensionalEncoder.create(
            dimension, REPETITIONS, PLANES, Math.min(PROJECTED, dimension), seed);
  }

  @Override
  public String fingerprint() {
    return encoder.fingerprint() + " of " + model.fingerprint();
  }

  @Override
  public float[][] score(List<String> queries, List<String> documents) {
    List<EncodedText> encodedQueries = model.encoder().encode(TextRole.QUERY, queries);
    float[][] vectors = encodedQueries.parallelStream().map(encoder::query).toArray(float[][]::new);
    float[][] scores = new float[queries.size()][documents.size()];
    for (int from = 0; from < documents.size(); from += CHUNK) {
      int start = from;
      List<String> some = documents.subList(from, Math.min(documents.size(), from + CHUNK));
      List<EncodedText> encoded = model.encoder().encode(TextRole.DOCUMENT, some);
      IntStream.range(0, some.size())
          .parallel()
          .forEach(
              d -> {
                float[] document = encoder.document(encoded.get(d));
                for (int q = 0; q < vectors.length; q++) {
                  scores[q][start + d] = products.of(vectors[q], document);
                }
              });
    }
    return scores;
  }

  @Override
  public void close() {}
}
