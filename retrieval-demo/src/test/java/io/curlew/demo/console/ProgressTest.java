package io.curlew.demo.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is said where there is no terminal. */
class ProgressTest {

  private long now = TimeUnit.HOURS.toNanos(5);
  private final List<String> lines = new ArrayList<>();

  @Test
  void aLineAtBothEndsAndOneEveryTenSecondsAtMost() {
    try (Progress progress = Progress.lines("Index", 100, () -> now, lines::add)) {
      assertEquals(List.of("Index: 0 of 100"), lines);
      for (int step = 0; step < 100; step++) {
        now += TimeUnit.MILLISECONDS.toNanos(250);
        progress.step(1);
      }
    }
    assertEquals(
        List.of(
            "Index: 0 of 100",
            "Index: 40 of 100, 10 s",
            "Index: 80 of 100, 20 s",
            "Index: 100 of 100, 25 s"),
        lines);
  }

  @Test
  void saysHowFarATaskCameThatFailed() {
    try (Progress progress = Progress.lines("Index", 100, () -> now, lines::add)) {
      progress.step(7);
      now += TimeUnit.SECONDS.toNanos(3);
    }
    assertEquals(List.of("Index: 0 of 100", "Index: 7 of 100, 3 s"), lines);
  }
}
