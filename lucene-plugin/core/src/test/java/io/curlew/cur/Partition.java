package io.curlew.cur;

import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.LatentQuery;
import io.curlew.cur.model.ModelUnavailableException;
import io.curlew.cur.shards.Shard;
import io.curlew.cur.shards.ShardedSearchSpace;
import io.curlew.cur.shards.Shards;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The documents of a space on some shards in this process, at random; what they do is told. */
final class Partition implements Shards {

  private final SearchSpace whole;
  private final List<Shard> shards = new ArrayList<>();
  private final int[] shardOf;
  private final boolean[] gone;
  private final Map<String, Integer> ordinals = new HashMap<>();
  int messages; // to all shards, so far
  int samples; // of shards with documents, each of which looks at all of them
  int lost = -1; // the shard that does not answer
  Runnable beforeEach = () -> {};

  /** Shards, of which the last has no documents if there are several. */
  Partition(SearchSpace whole, int shards, Random random) throws IOException {
    this.whole = whole;
    this.shardOf = random.ints(whole.size(), 0, Math.max(1, shards - 1)).toArray();
    this.gone = new boolean[whole.size()];
    int[] all = IntStream.range(0, whole.size()).toArray();
    List<String> ids = whole.ids(all);
    for (int d : all) {
      ordinals.put(ids.get(d), d);
    }
    for (int s = 0; s < shards; s++) {
      IntPredicate holds = holds(s);
      this.shards.add(
          new Shard(
              new Part(holds),
              "view of " + s,
              some ->
                  some.stream()
                      .mapToInt(this::ordinal)
                      .map(d -> holds.test(d) ? d : -1)
                      .toArray()));
    }
  }

  private IntPredicate holds(int shard) {
    return d -> shardOf[d] == shard && !gone[d];
  }

  int shardOf(int document) {
    return shardOf[document];
  }

  /** The ordinal of a document in the whole. */
  int ordinal(String id) {
    return ordinals.getOrDefault(id, -1);
  }

  void delete(int document) {
    gone[document] = true;
  }

  boolean isDeleted(int document) {
    return gone[document];
  }

  ShardedSearchSpace open(Opening opening) throws IOException {
    List<ShardedSearchSpace.Feature> features =
        whole.features().stream().map(name -> new ShardedSearchSpace.Feature(name, false)).toList();
    return new ShardedSearchSpace(this, whole.anchors(), features, opening, List.of());
  }

  @Override
  public int size() {
    return shards.size();
  }

  @Override
  public List<byte @Nullable []> ask(List<byte @Nullable []> questions) throws IOException {
    beforeEach.run();
    messages++;
    List<byte @Nullable []> answers = new ArrayList<>();
    for (int s = 0; s < questions.size(); s++) {
      byte[] question = questions.get(s);
      answers.add(question == null || s == lost ? null : shards.get(s).answer(question));
    }
    return answers;
  }

  /** A method that searches a space over shards; hits have the ordinals of the space. */
  static SearchMethod sharded(SearchMethod method, int shards, Random random) {
    return (space, request) -> {
      Partition partition = new Partition(space, shards, random);
      ShardedSearchSpace sharded = partition.open(method.opening(request));
      return partition.inWhole(
          method.search(sharded, request.withListener(partition.heard(sharded, request))));
    };
  }

  private SearchListener heard(SearchSpace sharded, SearchRequest request) {
    SearchListener own = request.listener();
    return new SearchListener() {
      @Override
      public void scored(int round, int[] documents, float @Nullable [] predicted, float[] exact) {
        try {
          int[] of = sharded.ids(documents).stream().mapToInt(id -> ordinal(id)).toArray();
          own.scored(round, of, predicted, exact);
        } catch (IOException e) {
          throw new AssertionError(e);
        }
      }

      @Override
      public void unavailable(ModelUnavailableException why) {
        own.unavailable(why);
      }

      @Override
      public void fitted(SearchResult.Round round) {
        own.fitted(round);
      }
    };
  }

  SearchResult inWhole(SearchResult result) {
    List<Hit> hits =
        result.hits().stream()
            .map(
                hit ->
                    new Hit(
                        hit.id(),
                        ordinal(hit.id()),
                        hit.score(),
                        hit.modelScore(),
                        hit.exact(),
                        hit.round()))
            .toList();
    return new SearchResult(
        hits,
        result.calls(),
        result.modelNanos(),
        result.totalNanos(),
        result.rounds(),
        result.stop(),
        result.estimate());
  }

  /** Some of the documents. */
  private final class Part implements SearchSpace {

    private final IntPredicate holds;

    Part(IntPredicate holds) {
      this.holds = holds;
    }

    private int[] first(int[] documents, int n) {
      return Arrays.stream(documents).filter(holds).limit(n).toArray();
    }

    @Override
    public AnchorSet anchors() {
      return whole.anchors();
    }

    @Override
    public int size() {
      return (int) IntStream.range(0, whole.size()).filter(holds).count();
    }

    @Override
    public List<String> features() {
      return whole.features();
    }

    @Override
    public int[] list(int feature, int n) throws IOException {
      return first(whole.list(feature, whole.size()), n);
    }

    @Override
    public @Nullable LatentQuery latent() throws IOException {
      return whole.latent();
    }

    @Override
    public int[] sample(int n, long seed) throws IOException {
      samples += size() > 0 ? 1 : 0;
      return first(whole.sample(whole.size(), seed), n);
    }

    @Override
    public ModelCall score(int[] documents) throws IOException {
      return whole.score(documents);
    }

    @Override
    public AnchorRows rows(int[] documents) throws IOException {
      return whole.rows(documents);
    }

    @Override
    public Estimates top(LatentQuery latent, IntPredicate excluded, int n) throws IOException {
      return whole.top(latent, d -> excluded.test(d) || !holds.test(d), n);
    }

    @Override
    public List<String> ids(int[] documents) throws IOException {
      return whole.ids(documents);
    }
  }
}
