package io.curlew.demo.serve;

import io.curlew.cur.ModelCalls;
import io.curlew.cur.ProfileBonus;
import io.curlew.demo.serve.Answers.Event;
import io.curlew.demo.serve.Answers.ExactAnswer;
import io.curlew.demo.serve.Answers.ExactProgress;
import io.curlew.demo.serve.Answers.ListedAnswer;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * The exact ranking of all documents, which costs a model call for each of them: made on demand, in
 * small batches that take turns with searches, once for all who ask for the same query, and kept.
 * Given up when nobody waits for it any longer.
 */
final class ExactRankings {

  private static final int BATCH = 64;
  private static final int KEPT = 500;
  private static final long PROGRESS_MS = 200;

  private final ServedIndex index;
  private final Limits limits;
  private final Admission admission;
  private final Map<String, Job> running = new HashMap<>(); // guarded by this
  private final Map<String, Scored> known =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Scored> eldest) {
              return size() > KEPT;
            }
          });

  /**
   * A query's rankings.
   *
   * @param hits by the name of a profile
   */
  private record Scored(double ms, Map<String, List<ListedAnswer>> hits) {

    ExactAnswer answer(String query, String profile, int documents, boolean known) {
      return new ExactAnswer(
          query, documents, documents, ms, known, hits.getOrDefault(profile, List.of()));
    }
  }

  /** One ranking under way. */
  private final class Job {
    final FutureTask<Scored> task;
    volatile int scored;
    int waiting; // guarded by ExactRankings.this
    volatile boolean unwanted;

    Job(String query) {
      this.task = new FutureTask<>(() -> rank(query, this));
    }
  }

  ExactRankings(ServedIndex index, Limits limits, Admission admission) {
    this.index = index;
    this.limits = limits;
    this.admission = admission;
  }

  /**
   * The best documents of all, by the model and a profile: as many as a search may return.
   *
   * @param profile one of {@link Question#PROFILES}
   * @param events told of the progress; an exception of its ends the waiting
   * @throws ApiException with status 429 if another query's ranking is under way
   */
  ExactAnswer ranking(String query, String profile, Consumer<Event> events) throws Exception {
    Scored scored = known.get(query);
    if (scored != null) {
      return scored.answer(query, profile, index.documents(), /* known= */ true);
    }
    Job job = join(query);
    try {
      while (true) {
        events.accept(new Event("progress", new ExactProgress(job.scored, index.documents())));
        try {
          return job.task
              .get(PROGRESS_MS, TimeUnit.MILLISECONDS)
              .answer(query, profile, index.documents(), /* known= */ false);
        } catch (TimeoutException e) {
          continue;
        }
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    } finally {
      leave(query, job);
    }
  }

  private synchronized Job join(String query) {
    Job job = running.get(query);
    if (job == null) {
      if (!running.isEmpty()) {
        throw new ApiException(
            429, "exact rankings at once must be at most 1, another is being made: come again");
      }
      job = new Job(query);
      running.put(query, job);
      Thread.ofPlatform().daemon().name("curlew-exact").start(job.task);
    }
    job.waiting++;
    return job;
  }

  private synchronized void leave(String query, Job job) {
    job.waiting--;
    if (job.waiting == 0 || job.task.isDone()) {
      job.unwanted = true;
      running.remove(query, job);
    }
  }

  private Scored rank(String query, Job job) throws Exception {
    long start = System.nanoTime();
    int[] documents = index.searcher().documents();
    float[] scores = new float[documents.length];
    ModelCalls calls = index.scorer().of(index.searcher().indexSearcher(), query);
    for (int from = 0; from < documents.length; from += BATCH) {
      if (job.unwanted) {
        throw new ApiException(503, "exact ranking must be waited for, nobody does");
      }
      int[] batch = Arrays.copyOfRange(documents, from, Math.min(from + BATCH, documents.length));
      float[] exact = admission.takeTurn(() -> calls.of(batch).run());
      System.arraycopy(exact, 0, scores, from, batch.length);
      job.scored = from + batch.length;
    }
    Map<String, List<ListedAnswer>> hits = new HashMap<>();
    hits.put("none", best(documents, scores));
    float[] bonus = ProfileBonus.of(index.space(query), index.profile(), documents);
    for (int d = 0; d < scores.length; d++) {
      scores[d] += bonus[d];
    }
    hits.put("learned", best(documents, scores));
    Scored scored = new Scored((System.nanoTime() - start) / 1e6, hits);
    known.put(query, scored);
    return scored;
  }

  private List<ListedAnswer> best(int[] documents, float[] scores) throws java.io.IOException {
    List<String> ids = index.searcher().ids(documents);
    int[] order =
        IntStream.range(0, documents.length)
            .boxed()
            .sorted(Comparator.<Integer>comparingDouble(i -> -scores[i]).thenComparing(ids::get))
            .limit(limits.k())
            .mapToInt(i -> i)
            .toArray();
    float[] sorted = new float[order.length];
    IntStream.range(0, order.length).forEach(i -> sorted[i] = scores[order[i]]);
    return Searches.listed(
        index.searcher(), Arrays.stream(order).map(i -> documents[i]).toArray(), sorted);
  }
}
