package io.curlew.solr;

import io.curlew.cur.BestScores;
import io.curlew.cur.Candidates;
import io.curlew.cur.DotProduct;
import io.curlew.cur.InteractionModel;
import io.curlew.cur.LinearEstimate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.apache.solr.common.SolrException;
import org.apache.solr.common.params.ModifiableSolrParams;
import org.apache.solr.common.util.NamedList;
import org.jspecify.annotations.Nullable;

/**
 * The documents of all shards for one query. A search over them spends its calls where they count,
 * on whichever shard, and fits to all that is known: so a cloud finds what one core would. Shards
 * scan, and call the model for their own documents; what is known of a document is asked for once.
 * Ordinals are given as documents turn up.
 *
 * <p>Memory and messages: a row for every document that is looked at closely, some 2,000.
 */
final class ShardedCandidates implements Candidates {

  private static final BitSet NONE = new BitSet();

  private final ShardCalls shards;
  private final boolean local; // all come from the first stage, and are scanned here
  private final String fingerprint;
  private final List<Known> known = new ArrayList<>();
  private final Map<String, Integer> ordinals = new HashMap<>();
  private final List<String> views = new ArrayList<>();
  private final long[] calls;
  private int size;

  /** What is known of a document. */
  private static final class Known {
    final int shard;
    final String id;
    final float firstStage; // NaN where it does not match
    float @Nullable [] row;
    float squaredNorm;

    Known(int shard, String id, float firstStage) {
      this.shard = shard;
      this.id = id;
      this.firstStage = firstStage;
    }

    float[] row() {
      return Objects.requireNonNull(row);
    }
  }

  /**
   * Asks the shards how many documents they have.
   *
   * @param fingerprint of the model
   */
  ShardedCandidates(ShardCalls shards, CurPlan plan, String fingerprint) {
    this.shards = shards;
    this.local = plan.reranks();
    this.fingerprint = fingerprint;
    this.calls = new long[shards.shards()];
    for (NamedList<Object> answer : shards.ask("open", shard -> new ModifiableSolrParams())) {
      size += answer == null ? 0 : (Integer) answer.get("size");
      views.add(answer == null ? "lost" : (String) answer.get("view"));
    }
    if (local) {
      size = Math.min(size, plan.search().depth());
      firstStageOf(size);
    }
  }

  /** What the answers of shards were of; equal views hold the same documents. */
  List<String> views() {
    return List.copyOf(views);
  }

  /** The model calls by shard. */
  long[] calls() {
    return calls.clone();
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public int[] firstStage(int n) throws IOException {
    if (!local) {
      firstStageOf(n);
    }
    float[] scores = new float[known.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = known.get(i).firstStage;
    }
    return new BestScores(this::ids).select(scores, NONE, n);
  }

  private void firstStageOf(int n) {
    int[] best = merged(ask("firstStage", n, shard -> new ModifiableSolrParams()), n).documents();
    if (local) { // those beyond the best are out
      List<Known> kept = Arrays.stream(best).mapToObj(known::get).toList();
      known.clear();
      known.addAll(kept);
      ordinals.clear();
      IntStream.range(0, kept.size()).forEach(i -> ordinals.put(kept.get(i).id, i));
    }
  }

  /** Documents of all shards, and how they are ordered. */
  private record Answer(int[] documents, float[] scores) {}

  private Answer ask(
      String operation, int n, IntFunction<@Nullable ModifiableSolrParams> parameters) {
    List<@Nullable NamedList<Object>> answers =
        shards.ask(
            operation,
            shard -> {
              ModifiableSolrParams own = Objects.requireNonNull(parameters.apply(shard));
              own.set(CurShardHandler.N, n);
              return own;
            });
    IntStream.Builder documents = IntStream.builder();
    List<float[]> scores = new ArrayList<>();
    for (int shard = 0; shard < answers.size(); shard++) {
      NamedList<Object> answer = answers.get(shard);
      if (answer != null) {
        List<?> ids = (List<?>) answer.get("ids");
        float[] firstStage = Packed.floats((byte[]) answer.get("firstStage"));
        for (int i = 0; i < firstStage.length; i++) {
          documents.add(ordinal(shard, (String) ids.get(i), firstStage[i]));
        }
        scores.add(Packed.floats((byte[]) answer.get("scores")));
      }
    }
    float[] all = new float[scores.stream().mapToInt(some -> some.length).sum()];
    int position = 0;
    for (float[] some : scores) {
      System.arraycopy(some, 0, all, position, some.length);
      position += some.length;
    }
    return new Answer(documents.build().toArray(), all);
  }

  private int ordinal(int shard, String id, float firstStage) {
    return ordinals.computeIfAbsent(
        id,
        unknown -> {
          known.add(new Known(shard, id, firstStage));
          return known.size() - 1;
        });
  }

  private Estimates merged(Answer answer, int n) {
    try {
      int[] order =
          new BestScores(some -> ids(pick(answer.documents, some))).select(answer.scores, NONE, n);
      float[] scores = new float[order.length];
      for (int i = 0; i < order.length; i++) {
        scores[i] = answer.scores[order[i]];
      }
      return new Estimates(pick(answer.documents, order), scores);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int[] pick(int[] documents, int[] indices) {
    return Arrays.stream(indices).map(i -> documents[i]).toArray();
  }

  @Override
  public float[] firstStageScores(int[] documents) {
    float[] scores = new float[documents.length];
    for (int i = 0; i < scores.length; i++) {
      float score = known.get(documents[i]).firstStage;
      scores[i] = Float.isNaN(score) ? 0 : score;
    }
    return scores;
  }

  @Override
  public int[] sample(int n, long seed) {
    return merged(
            ask(
                "sample",
                n,
                shard -> {
                  ModifiableSolrParams own = new ModifiableSolrParams();
                  own.set(CurShardHandler.SEED, Long.toString(seed));
                  return own;
                }),
            n)
        .documents();
  }

  @Override
  public int[] all() {
    return local
        ? IntStream.range(0, known.size()).toArray()
        : ask("all", Integer.MAX_VALUE, shard -> new ModifiableSolrParams()).documents();
  }

  /** Asks for something of documents on their shards; by shard, with what was asked about it. */
  private void ofDocuments(String operation, int[] documents, Receiver receiver) {
    List<List<Integer>> byShard = new ArrayList<>();
    for (int shard = 0; shard < shards.shards(); shard++) {
      byShard.add(new ArrayList<>());
    }
    for (int document : documents) {
      byShard.get(known.get(document).shard).add(document);
    }
    List<@Nullable NamedList<Object>> answers =
        shards.ask(operation, shard -> idsOf(byShard.get(shard)));
    for (int shard = 0; shard < answers.size(); shard++) {
      NamedList<Object> answer = answers.get(shard);
      if (answer != null) {
        receiver.receive(shard, byShard.get(shard), answer);
      } else if (!byShard.get(shard).isEmpty()) {
        throw new SolrException(
            SolrException.ErrorCode.SERVICE_UNAVAILABLE,
            "shard was lost during the search, ask again: " + shard);
      }
    }
  }

  private @Nullable ModifiableSolrParams idsOf(List<Integer> documents) {
    if (documents.isEmpty()) {
      return null;
    }
    ModifiableSolrParams parameters = new ModifiableSolrParams();
    parameters.set(
        CurShardHandler.DOCUMENTS,
        documents.stream().map(document -> known.get(document).id).toArray(String[]::new));
    return parameters;
  }

  private interface Receiver {
    void receive(int shard, List<Integer> documents, NamedList<Object> answer);
  }

  private void fetchRows(int[] documents) {
    int[] missing =
        Arrays.stream(documents).filter(i -> known.get(i).row == null).distinct().toArray();
    ofDocuments(
        "rows",
        missing,
        (shard, asked, answer) -> {
          float[] rows = Packed.floats((byte[]) answer.get("rows"));
          float[] norms = Packed.floats((byte[]) answer.get("norms"));
          int dimension = rows.length / norms.length;
          for (int i = 0; i < norms.length; i++) {
            Known document = known.get(asked.get(i));
            document.row = Arrays.copyOfRange(rows, i * dimension, (i + 1) * dimension);
            document.squaredNorm = norms[i];
          }
        });
  }

  @Override
  public float[][] anchorRows(int[] documents) {
    fetchRows(documents);
    return Arrays.stream(documents).mapToObj(i -> known.get(i).row()).toArray(float[][]::new);
  }

  @Override
  public float[] squaredNorms(int[] documents) {
    fetchRows(documents);
    float[] norms = new float[documents.length];
    for (int i = 0; i < norms.length; i++) {
      norms[i] = known.get(documents[i]).squaredNorm;
    }
    return norms;
  }

  @Override
  public float[][] products(int[] documents, float[][] vectors) {
    float[][] rows = anchorRows(documents);
    float[][] products = new float[vectors.length][documents.length];
    DotProduct dotProduct = DotProduct.create();
    for (int v = 0; v < vectors.length; v++) {
      for (int i = 0; i < rows.length; i++) {
        products[v][i] = dotProduct.of(rows[i], vectors[v]);
      }
    }
    return products;
  }

  /** The ids: {@link #model} takes them for texts. */
  @Override
  public List<String> texts(int[] documents) {
    return ids(documents);
  }

  @Override
  public List<String> ids(int[] documents) {
    return Arrays.stream(documents).mapToObj(i -> known.get(i).id).toList();
  }

  @Override
  public Estimates best(LinearEstimate estimate, BitSet excluded, int n) throws IOException {
    if (n == 0) {
      return Estimates.NONE;
    }
    if (local) {
      return bestOfKnown(estimate, excluded, n);
    }
    return merged(
        ask(
            "best",
            n,
            shard -> {
              ModifiableSolrParams own = new ModifiableSolrParams();
              own.set(CurShardHandler.WEIGHTS, Packed.text(Packed.floats(estimate.weights())));
              own.set(
                  CurShardHandler.PRIOR,
                  Packed.text(Packed.floats(estimate.firstStageWeight(), estimate.intercept())));
              own.set(
                  CurShardHandler.DOCUMENTS,
                  excluded.stream()
                      .filter(i -> known.get(i).shard == shard)
                      .mapToObj(i -> known.get(i).id)
                      .toArray(String[]::new));
              return own;
            }),
        n);
  }

  private Estimates bestOfKnown(LinearEstimate estimate, BitSet excluded, int n)
      throws IOException {
    int[] all = all();
    float[] estimates = products(all, new float[][] {estimate.weights()})[0];
    float[] firstStage = firstStageScores(all);
    for (int i = 0; i < estimates.length; i++) {
      estimates[i] += estimate.intercept() + estimate.firstStageWeight() * firstStage[i];
    }
    int[] best = new BestScores(this::ids).select(estimates, excluded, n);
    float[] scores = new float[best.length];
    for (int i = 0; i < best.length; i++) {
      scores[i] = estimates[best[i]];
    }
    return new Estimates(best, scores);
  }

  /** The model where the documents are: takes their ids for texts. */
  InteractionModel model() {
    return new InteractionModel() {
      @Override
      public String fingerprint() {
        return fingerprint;
      }

      @Override
      public float[][] score(List<String> queries, List<String> ids) {
        int[] documents = ids.stream().mapToInt(id -> ordinals.getOrDefault(id, -1)).toArray();
        Map<Integer, Float> scores = new HashMap<>();
        ofDocuments(
            "score",
            documents,
            (shard, asked, answer) -> {
              float[] some = Packed.floats((byte[]) answer.get("scores"));
              for (int i = 0; i < some.length; i++) {
                scores.put(asked.get(i), some[i]);
              }
              calls[shard] += some.length;
            });
        float[] inOrder = new float[documents.length];
        for (int i = 0; i < inOrder.length; i++) {
          inOrder[i] = Objects.requireNonNull(scores.get(documents[i]));
        }
        return new float[][] {inOrder};
      }

      @Override
      public void close() {}
    };
  }
}
