package io.curlew.demo.serve;

import io.curlew.cur.SearchListener;
import io.curlew.cur.SearchResult;
import io.curlew.demo.serve.Answers.Event;
import io.curlew.demo.serve.Answers.FitAnswer;
import io.curlew.demo.serve.Answers.RoundAnswer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Remembers the rounds of one search, and tells of each as it happens. */
final class SearchTrace implements SearchListener {

  private final int k;
  private final Consumer<Event> events;
  private final List<RoundAnswer> rounds = new ArrayList<>();
  private final List<FitAnswer> fits = new ArrayList<>();
  private final PriorityQueue<Known> best =
      new PriorityQueue<>(Comparator.comparingDouble(Known::score));
  private int calls;

  private record Known(float score, int round) {}

  /**
   * @param k how deep "the best so far" is
   * @param events told of each round and fit, on the thread that searches
   */
  SearchTrace(int k, Consumer<Event> events) {
    this.k = k;
    this.events = events;
  }

  @Override
  public void scored(int round, int[] documents, float @Nullable [] predicted, float[] exact) {
    calls += exact.length;
    for (float score : exact) {
      best.add(new Known(score, round));
      if (best.size() > k) {
        best.poll();
      }
    }
    int entered = (int) best.stream().filter(known -> known.round() == round).count();
    RoundAnswer answer =
        new RoundAnswer(round, calls, exact.length, entered, predicted, exact.clone());
    rounds.add(answer);
    events.accept(new Event("round", answer));
  }

  @Override
  public void fitted(SearchResult.Round round) {
    FitAnswer answer = FitAnswer.of(round);
    fits.add(answer);
    events.accept(new Event("fit", answer));
  }

  List<RoundAnswer> rounds() {
    return rounds;
  }

  List<FitAnswer> fits() {
    return fits;
  }
}
