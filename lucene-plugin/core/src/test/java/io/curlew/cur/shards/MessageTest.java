package io.curlew.cur.shards;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.Opening;
import io.curlew.testing.Bounds;
import io.curlew.testing.Mutations;
import io.curlew.testing.Seeds;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MessageTest {

  private static final int INPUTS = 5000;
  private static final Question QUESTION =
      new Question(
          "fingerprint",
          "v1",
          new Opening(500, Long.MAX_VALUE, 3, -7),
          List.of("a", "b\u00e4\ud83d\ude00"),
          new Scan(new float[] {1, Float.MIN_VALUE, -3}, 0.5f, 300, List.of("c", "")));
  private static final Answer ANSWER =
      new Answer(
          "v2",
          1000,
          null,
          new float[] {4, 5, 6, 7},
          new Answer.Documents(
              List.of("d", "e"),
              new float[][] {{1, Float.NaN}},
              new float[][] {{1, 2, 3}, {4, 5, 6}},
              new float[] {1, 2}),
          new Ranked(new int[] {1, 0}, new float[] {2, 1}),
          new Ranked(new int[] {0}, new float[] {3}),
          new float[] {Float.NaN, 7});

  private final Random random = Seeds.random();

  @Test
  void whatIsWrittenIsRead() {
    Question question = Question.of(QUESTION.toBytes());
    assertEquals(QUESTION.opening(), question.opening());
    assertEquals(QUESTION.scored(), question.scored());
    assertArrayEquals(QUESTION.toBytes(), question.toBytes());
    Answer answer = Answer.of(ANSWER.toBytes(), 1, 3, 2);
    assertEquals("v2", answer.view());
    assertArrayEquals(ANSWER.scores(), answer.scores());
    assertArrayEquals(ANSWER.toBytes(), answer.toBytes());
    assertTrue(Answer.of(Answer.unchanged("v").toBytes(), 1, 3, 2).isUnchanged());
  }

  @Test
  void damagedMessagesAreRefusedWithoutTheMemoryTheyAskFor() throws Exception {
    Bounds bounds = new Bounds();
    for (int i = 0; i < INPUTS; i++) {
      byte[] question = Mutations.of(List.of(QUESTION.toBytes()), bytes -> bytes, random);
      byte[] answer = Mutations.of(List.of(ANSWER.toBytes()), bytes -> bytes, random);
      bounds.hold("question", question.length, () -> readOrRefuse(() -> Question.of(question)));
      bounds.hold("answer", answer.length, () -> readOrRefuse(() -> Answer.of(answer, 1, 3, 2)));
    }
  }

  private static void readOrRefuse(Runnable read) {
    try {
      read.run();
    } catch (IllegalArgumentException e) {
      assertTrue(String.valueOf(e.getMessage()).contains("got: "), e.toString());
    }
  }

  @Test
  void errorsNameRuleAndValue() {
    byte[] other = QUESTION.toBytes();
    other[0] = 9;
    refused("version of a shard's question must be 1, got: 9", () -> Question.of(other));
    refused(
        "values of a row of a shard's answer must be 4, got: 3",
        () -> Answer.of(withoutLatent().toBytes(), 1, 4, 2));
    refused(
        "scores of a shard's answer must be 5, got: 2", () -> Answer.of(ANSWER.toBytes(), 1, 3, 5));
    refused(
        "features of a shard's answer must be 2, got: 1",
        () -> Answer.of(ANSWER.toBytes(), 2, 3, 2));
  }

  private static Answer withoutLatent() {
    return new Answer(
        "v", 1, null, null, ANSWER.documents(), Ranked.NONE, Ranked.NONE, ANSWER.scores());
  }

  private static void refused(String message, Runnable read) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, read::run).getMessage());
  }
}
