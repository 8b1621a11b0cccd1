package io.curlew.demo.rivals;

import io.curlew.cur.FirstStage;
import io.curlew.cur.ScoredDocuments;
import io.curlew.cur.SearchMethod;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.SearchResult;
import io.curlew.cur.SearchSpace;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * Graph-based adaptive re-ranking (GAR): batches are taken in turn from the hybrid list and from a
 * frontier, which holds the neighbours of scored documents, each at the highest score of a document
 * that names it. What is left of the list follows unscored. S. MacAvaney, N. Tonellotto, C.
 * Macdonald, "Adaptive re-ranking with a corpus graph", CIKM 2022, arXiv 2208.08942; batches of 16
 * and 16 neighbours are theirs, the list is the one that plain re-ranking has here.
 *
 * @param neighbours of every document
 */
public record GraphRerank(Neighbours neighbours) implements SearchMethod {

  /** Documents scored together, as published. */
  static final int BATCH = 16;

  /** The edges of a corpus graph. */
  @FunctionalInterface
  public interface Neighbours {
    /** The documents that are like one, itself not among them. */
    int[] of(int document) throws IOException;
  }

  @Override
  public SearchResult search(SearchSpace space, SearchRequest request) throws IOException {
    ScoredDocuments scored = ScoredDocuments.withinBudget(space, request);
    int[] list =
        FirstStage.hybrid(space, Math.max(scored.remainingCalls(), request.k())).documents();
    Frontier frontier = new Frontier(space);
    boolean ofList = true;
    boolean inTime = true;
    int[] batch = frontier.untaken(list, Math.min(BATCH, scored.remainingCalls()));
    while (inTime && batch.length > 0) {
      int from = scored.size();
      inTime = scored.score(batch);
      if (inTime) {
        frontier.add(batch, Arrays.copyOfRange(scored.scores(), from, scored.size()));
      }
      int n = Math.min(BATCH, scored.remainingCalls());
      ofList = !ofList;
      batch = ofList ? frontier.untaken(list, n) : frontier.best(n);
      if (batch.length == 0) { // nothing is named that is not scored
        batch = frontier.untaken(list, n);
      }
    }
    return ListRerank.end(scored, list, inTime);
  }

  /** Neighbours of scored documents that are not scored themselves. */
  private final class Frontier {

    private final SearchSpace space;
    private final BitSet taken = new BitSet(); // scored documents
    private final Map<Integer, Float> priorities = new HashMap<>();

    Frontier(SearchSpace space) {
      this.space = space;
    }

    /** Takes in scored documents: out come they, in come their neighbours. */
    void add(int[] batch, float[] scores) throws IOException {
      for (int document : batch) {
        taken.set(document);
        priorities.remove(document);
      }
      for (int i = 0; i < batch.length; i++) {
        for (int neighbour : neighbours.of(batch[i])) {
          if (!taken.get(neighbour)) {
            priorities.merge(neighbour, scores[i], Math::max);
          }
        }
      }
    }

    /** The n of the highest priority, ties by external id. */
    int[] best(int n) throws IOException {
      int[] documents = new int[priorities.size()];
      float[] scores = new float[documents.length];
      int size = 0;
      for (Map.Entry<Integer, Float> entry : priorities.entrySet()) {
        documents[size] = entry.getKey();
        scores[size++] = entry.getValue();
      }
      return FirstLists.best(space, documents, scores, n);
    }

    /** The first n of a list that are not scored. */
    int[] untaken(int[] list, int n) {
      return Arrays.stream(list).filter(document -> !taken.get(document)).limit(n).toArray();
    }
  }
}
