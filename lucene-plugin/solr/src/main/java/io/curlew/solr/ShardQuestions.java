package io.curlew.solr;

import io.curlew.cur.BestScores;
import io.curlew.cur.Estimates;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.apache.solr.common.SolrException;
import org.apache.solr.common.params.ModifiableSolrParams;
import org.apache.solr.common.util.NamedList;
import org.jspecify.annotations.Nullable;

/** Questions to all shards about their documents, and to some about some of theirs. */
final class ShardQuestions {

  private static final IntPredicate NONE = document -> false;

  private final ShardCalls shards;
  private final KnownDocuments known;

  /**
   * @param known is told of every document in an answer
   */
  ShardQuestions(ShardCalls shards, KnownDocuments known) {
    this.shards = shards;
    this.known = known;
  }

  /**
   * The best documents of all shards, best first.
   *
   * @param parameters by shard
   */
  Estimates best(String operation, int n, IntFunction<ModifiableSolrParams> parameters)
      throws IOException {
    Answer answer = ask(operation, n, parameters);
    int[] order =
        new BestScores(some -> known.ids(pick(answer.documents, some)))
            .select(answer.scores, NONE, n);
    float[] scores = new float[order.length];
    for (int i = 0; i < order.length; i++) {
      scores[i] = answer.scores[order[i]];
    }
    return new Estimates(pick(answer.documents, order), scores);
  }

  /** The documents of all shards, n of each at most, as they come. */
  int[] documents(String operation, int n, IntFunction<ModifiableSolrParams> parameters) {
    return ask(operation, n, parameters).documents;
  }

  /** Documents of all shards, and how they are ordered. */
  private record Answer(int[] documents, float[] scores) {}

  private Answer ask(String operation, int n, IntFunction<ModifiableSolrParams> parameters) {
    List<@Nullable NamedList<Object>> answers =
        shards.ask(
            operation,
            shard -> {
              ModifiableSolrParams own = parameters.apply(shard);
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
          documents.add(known.ordinal(shard, (String) ids.get(i), firstStage[i]));
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

  private static int[] pick(int[] documents, int[] indices) {
    return Arrays.stream(indices).map(i -> documents[i]).toArray();
  }

  /** Asks about documents where they are. */
  void ofDocuments(String operation, int[] documents, Receiver receiver) {
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

  /** Takes an answer about documents of one shard, in the order asked. */
  interface Receiver {
    void receive(int shard, List<Integer> documents, NamedList<Object> answer);
  }
}
