package io.curlew.cur.shards;

import io.curlew.cur.Estimates;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** What the shards of a search are asked and answer: counts messages, notes who is lost. */
final class Conversation {

  private final Shards shards;
  private final int features;
  private final int dimension;
  private final KnownDocuments known;
  private final boolean[] lost;
  private final int[] messages;

  /**
   * @param features the number of features
   * @param dimension of a row
   * @param known is told of every document in an answer
   */
  Conversation(Shards shards, int features, int dimension, KnownDocuments known) {
    this.shards = shards;
    this.features = features;
    this.dimension = dimension;
    this.known = known;
    this.lost = new boolean[shards.size()];
    this.messages = new int[shards.size()];
  }

  /** What came back by shard; null from one that was not asked or is lost. */
  record Reply(List<@Nullable Question> questions, List<@Nullable Answer> answers) {}

  /** The number of shards. */
  int size() {
    return lost.length;
  }

  /** The messages sent, by shard. */
  int[] messages() {
    return messages.clone();
  }

  /** Whether no shard has been lost. */
  boolean isWhole() {
    for (boolean one : lost) {
      if (one) {
        return false;
      }
    }
    return true;
  }

  /** Sends a question to each shard that is not lost; changes nothing here. */
  Reply send(IntFunction<@Nullable Question> question) throws IOException {
    List<@Nullable Question> questions = new ArrayList<>();
    List<byte @Nullable []> bytes = new ArrayList<>();
    boolean any = false;
    for (int s = 0; s < lost.length; s++) {
      Question one = lost[s] ? null : question.apply(s);
      questions.add(one);
      bytes.add(one == null ? null : one.toBytes());
      any |= one != null;
    }
    List<byte @Nullable []> came = any ? shards.ask(bytes) : bytes;
    List<@Nullable Answer> answers = new ArrayList<>();
    for (int s = 0; s < lost.length; s++) {
      Question one = questions.get(s);
      byte[] answer = came.get(s);
      answers.add(
          one == null || answer == null
              ? null
              : Answer.of(answer, features, dimension, one.scored().size()));
    }
    return new Reply(questions, answers);
  }

  /** Takes in what came back: the ordinals of the documents of each answer. */
  List<int[]> take(Reply reply) {
    List<int[]> ordinals = new ArrayList<>();
    for (int s = 0; s < lost.length; s++) {
      Answer answer = reply.answers.get(s);
      if (reply.questions.get(s) != null) {
        messages[s]++;
        if (answer == null) {
          lost[s] = true;
          known.lose(s);
        }
      }
      ordinals.add(answer == null ? new int[0] : known.add(s, answer.documents()));
    }
    return ordinals;
  }

  /** A list of all answers, best first. */
  Estimates merged(Reply reply, List<int[]> ordinals, Function<Answer, Ranked> list, int n)
      throws IOException {
    List<Estimates> parts = new ArrayList<>();
    for (int s = 0; s < lost.length; s++) {
      Answer answer = reply.answers.get(s);
      if (answer != null) {
        Ranked ranked = list.apply(answer);
        int[] of = ordinals.get(s);
        int[] documents = Arrays.stream(ranked.places()).map(place -> of[place]).toArray();
        parts.add(new Estimates(documents, ranked.scores()));
      }
    }
    return merged(parts, n);
  }

  /** Several lists in one. */
  Estimates merged(List<Estimates> parts, int n) throws IOException {
    int[] documents =
        parts.stream().flatMapToInt(part -> Arrays.stream(part.documents())).toArray();
    float[] scores = new float[documents.length];
    int from = 0;
    for (Estimates part : parts) {
      System.arraycopy(part.scores(), 0, scores, from, part.scores().length);
      from += part.scores().length;
    }
    return known.best(documents, scores, i -> false, n);
  }
}
