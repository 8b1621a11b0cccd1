package io.curlew.demo;

import io.curlew.cur.Candidates;
import io.curlew.cur.Candidates.Estimates;
import io.curlew.cur.Hit;
import io.curlew.cur.SearchMethod;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.SearchResult;
import io.curlew.cur.model.InteractionModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/**
 * What the published methods share that ours is compared with: some documents are scored, and then
 * in equal rounds the best by an estimate that is fitted on all scored so far. The ranking is one
 * of exact scores and, for documents that were not called, estimates, as ours is.
 *
 * @param rounds in which the budget is spent, the first one included
 * @param start chooses the documents of the first round
 * @param fit estimates the scores of the others
 */
record RoundSearch(int rounds, Start start, Fit fit) implements SearchMethod {

  /** The documents of the first round. */
  interface Start {
    /** At most n documents. */
    int[] documents(Candidates candidates, int n) throws IOException;
  }

  /** An estimator of scores. */
  interface Fit {
    /**
     * The best documents by estimate.
     *
     * @param documents scored so far, and their scores
     * @param scored the same documents as a set, to be left out
     */
    Estimates best(
        Candidates candidates, String query, int[] documents, float[] scores, BitSet scored, int n)
        throws IOException;
  }

  @Override
  public SearchResult search(Candidates candidates, InteractionModel model, SearchRequest request)
      throws IOException {
    long begin = System.nanoTime();
    long modelNanos = 0;
    int budget = Math.min(request.budget(), candidates.size());
    int[] documents = new int[0];
    float[] scores = new float[0];
    BitSet scored = new BitSet();
    List<Hit> hits = new ArrayList<>();
    for (int round = 0; round < rounds && documents.length < budget; round++) {
      int share = (int) ((long) budget * (round + 1) / rounds) - documents.length;
      int[] batch =
          round == 0
              ? start.documents(candidates, share)
              : fit.best(candidates, request.query(), documents, scores, scored, share).documents();
      long called = System.nanoTime();
      float[] exact = model.score(List.of(request.query()), candidates.texts(batch))[0];
      modelNanos += System.nanoTime() - called;
      List<String> ids = candidates.ids(batch);
      int n = documents.length;
      documents = Arrays.copyOf(documents, n + batch.length);
      scores = Arrays.copyOf(scores, n + batch.length);
      for (int i = 0; i < batch.length; i++) {
        documents[n + i] = batch[i];
        scores[n + i] = exact[i];
        scored.set(batch[i]);
        hits.add(new Hit(ids.get(i), batch[i], exact[i], true, round));
      }
    }
    Estimates others =
        fit.best(candidates, request.query(), documents, scores, scored, request.k());
    List<String> otherIds = candidates.ids(others.documents());
    for (int i = 0; i < otherIds.size(); i++) {
      hits.add(
          new Hit(
              otherIds.get(i), others.documents()[i], others.scores()[i], false, Hit.NOT_SCORED));
    }
    hits.sort(Comparator.comparingDouble((Hit hit) -> -hit.score()).thenComparing(Hit::id));
    return new SearchResult(
        List.copyOf(hits.subList(0, Math.min(request.k(), hits.size()))),
        documents.length,
        modelNanos,
        System.nanoTime() - begin,
        List.of(),
        SearchResult.Stop.BUDGET,
        null);
  }
}
