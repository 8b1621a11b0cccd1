package io.curlew.cur;

import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.LatentQuery;
import io.curlew.cur.anchor.RowEncoding;
import io.curlew.cur.model.InteractionModel;
import io.curlew.cur.model.ModelScores;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A collection whose exact scores are low rank plus noise plus a common factor, with a model that
 * knows them by text and counts its calls. The first-stage score is the exact score with much
 * noise.
 */
public final class SyntheticScores {

  /** The name of the only feature. */
  public static final String FEATURE = "noisy";

  private final Map<String, Integer> documentByText = new HashMap<>();
  private final Map<String, Integer> queryByText = new HashMap<>();
  private final float[][] scores;
  private final float[][] firstStage;
  private final int anchors;
  private final AnchorSet anchorSet;
  private InMemorySpace.@Nullable Documents inMemory;

  private SyntheticScores(int anchors, float[][] scores, float[][] firstStage) {
    this.anchors = anchors;
    this.scores = scores;
    this.firstStage = firstStage;
    for (int q = 0; q < scores.length; q++) {
      queryByText.put(queryText(q), q);
    }
    for (int d = 0; d < scores[0].length; d++) {
      documentByText.put(text(d), d);
    }
    this.anchorSet = createAnchorSet();
  }

  /** Draws scores of anchor queries and of other queries. */
  public static SyntheticScores draw(
      int anchors, int queries, int documents, int rank, Random random) {
    float[][] left = gaussian(anchors + queries, rank, random);
    float[][] right = gaussian(documents, rank, random);
    float[][] scores = new float[anchors + queries][documents];
    float[][] firstStage = new float[anchors + queries][documents];
    for (int q = 0; q < scores.length; q++) {
      for (int d = 0; d < documents; d++) {
        double score = 3 + right[d][0];
        for (int f = 0; f < rank; f++) {
          score += left[q][f] * right[d][f] / (1 + f);
        }
        scores[q][d] = (float) (score + 0.05 * random.nextGaussian());
        firstStage[q][d] = (float) (score + random.nextGaussian());
      }
    }
    return new SyntheticScores(anchors, scores, firstStage);
  }

  private static float[][] gaussian(int rows, int columns, Random random) {
    float[][] matrix = new float[rows][columns];
    for (float[] row : matrix) {
      for (int i = 0; i < columns; i++) {
        row[i] = (float) random.nextGaussian();
      }
    }
    return matrix;
  }

  /** The text of the q-th query; the first ones are the anchor queries. */
  public static String queryText(int q) {
    return "query number " + q;
  }

  /** The text of a document. */
  public static String text(int d) {
    return "document number " + d;
  }

  /** The id of a document; ids do not sort as documents do. */
  public static String id(int d) {
    return "id-" + Integer.reverse(d);
  }

  /** The anchor set, made with {@link #model}. */
  public AnchorSet anchorSet() {
    return anchorSet;
  }

  /** The same anchors, with rows in another encoding, learned from a part of the collection. */
  public AnchorSet anchorSet(RowEncoding.Choice encoding) {
    float[][] sample =
        IntStream.range(0, Math.min(400, documents())).mapToObj(this::row).toArray(float[][]::new);
    return AnchorSet.of(anchorSet.queries(), anchorSet.modelFingerprint(), sample, encoding);
  }

  private AnchorSet createAnchorSet() {
    List<String> queries = new ArrayList<>();
    for (int q = 0; q < anchors; q++) {
      queries.add(queryText(q));
    }
    List<String> sample = new ArrayList<>();
    for (int d = 0; d < Math.min(50, documents()); d++) {
      sample.add(text(d));
    }
    return AnchorSet.create(queries, model(new AtomicInteger()), sample);
  }

  public int anchors() {
    return anchors;
  }

  public int documents() {
    return scores[0].length;
  }

  public float score(int q, int d) {
    return scores[q][d];
  }

  public float firstStage(int q, int d) {
    return firstStage[q][d];
  }

  /** The anchor row of a document. */
  public float[] row(int d) {
    float[] row = new float[anchors];
    for (int a = 0; a < anchors; a++) {
      row[a] = scores[a][d];
    }
    return row;
  }

  /** All documents as one query sees them, found by brute force. */
  public InMemorySpace space(int query, InteractionModel model) {
    return space(query, model, List.of(FEATURE), firstStage[query]);
  }

  /** The same with other features. */
  public InMemorySpace space(
      int query, InteractionModel model, List<String> names, float[]... features) {
    return space(query, model, names, null, features);
  }

  /** The same with a learned latent query, or null. */
  public InMemorySpace space(
      int query,
      InteractionModel model,
      List<String> names,
      @Nullable LatentQuery latent,
      float[]... features) {
    if (inMemory == null) {
      IntStream all = IntStream.range(0, documents());
      inMemory =
          InMemorySpace.Documents.of(
              anchorSet,
              IntStream.range(0, documents()).mapToObj(this::row).toArray(float[][]::new),
              all.mapToObj(SyntheticScores::id).toList());
    }
    return new InMemorySpace(
        inMemory,
        names,
        features,
        latent,
        some ->
            ModelScores.checked(
                model,
                List.of(queryText(query)),
                Arrays.stream(some).mapToObj(SyntheticScores::text).toList())[0]);
  }

  /** A model of these scores that adds up its calls. */
  public InteractionModel model(AtomicInteger calls) {
    return new InteractionModel() {
      @Override
      public String fingerprint() {
        return "synthetic";
      }

      @Override
      public float[][] score(List<String> queries, List<String> documents) {
        calls.addAndGet(queries.size() * documents.size());
        float[][] result = new float[queries.size()][documents.size()];
        for (int q = 0; q < result.length; q++) {
          for (int d = 0; d < result[q].length; d++) {
            result[q][d] =
                scores[lookUp(queryByText, queries.get(q))][
                    lookUp(documentByText, documents.get(d))];
          }
        }
        return result;
      }

      @Override
      public void close() {}
    };
  }

  private static int lookUp(Map<String, Integer> map, String text) {
    Integer value = map.get(text);
    if (value == null) {
      throw new IllegalArgumentException("unknown text: " + text);
    }
    return value;
  }
}
