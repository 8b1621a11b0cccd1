package io.curlew.demo.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class AdmissionTest {

  @Test
  void soManyRunSoManyWaitAndTheNextIsRefused() throws Exception {
    Admission admission = new Admission(2, 3);
    CountDownLatch go = new CountDownLatch(1);
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Queue<Integer> served = new ConcurrentLinkedQueue<>();
    List<Thread> clients = new ArrayList<>();
    try {
      for (int i = 0; i < 5; i++) {
        int number = i;
        clients.add(
            started(
                () ->
                    admission.admit(
                        () -> {
                          most.accumulateAndGet(running.incrementAndGet(), Math::max);
                          go.await();
                          running.decrementAndGet();
                          return served.add(number);
                        })));
        awaitBlocked(clients.get(i));
      }
      ApiException refused = assertThrows(ApiException.class, () -> admission.admit(() -> "in"));
      assertEquals(429, refused.status());
      assertTrue(String.valueOf(refused.getMessage()).contains("at most 2, and 3 waiting"));
    } finally {
      go.countDown();
    }
    for (Thread client : clients) {
      assertTrue(client.join(Duration.ofSeconds(10)));
    }
    assertEquals(Set.of(0, 1, 2, 3, 4), Set.copyOf(served));
    assertEquals(2, most.get());
    assertEquals("in", admission.admit(() -> "in"), "places are given back");
  }

  @Test
  void workThatFailsGivesItsPlaceBack() throws Exception {
    Admission admission = new Admission(1, 0);
    for (int i = 0; i < 3; i++) {
      assertThrows(
          IllegalStateException.class,
          () ->
              admission.admit(
                  () -> {
                    throw new IllegalStateException("broken");
                  }));
    }
    assertEquals("in", admission.admit(() -> "in"));
  }

  @Test
  void closingWaitsForThoseInsideAndRefusesOthers() throws Exception {
    Admission admission = new Admission(1, 1);
    CountDownLatch go = new CountDownLatch(1);
    AtomicBoolean done = new AtomicBoolean();
    AtomicBoolean doneWhenClosed = new AtomicBoolean();
    Thread search =
        started(
            () ->
                admission.admit(
                    () -> {
                      go.await();
                      done.set(true);
                      return "done";
                    }));
    Thread closing;
    try {
      awaitBlocked(search);
      closing =
          started(
              () -> {
                admission.close();
                doneWhenClosed.set(done.get());
                return "closed";
              });
      awaitBlocked(closing);
      ApiException refused = assertThrows(ApiException.class, () -> admission.admit(() -> "late"));
      assertEquals(503, refused.status());
    } finally {
      go.countDown();
    }
    assertTrue(closing.join(Duration.ofSeconds(10)));
    assertTrue(doneWhenClosed.get());
  }

  private static Thread started(Callable<?> work) {
    return Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                work.call();
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
  }

  /** Waits until a thread stands at a latch or a semaphore: it has come as far as it can. */
  private static void awaitBlocked(Thread thread) throws InterruptedException {
    while (thread.getState() != Thread.State.WAITING) {
      assertTrue(thread.isAlive(), "must wait, not end");
      Thread.sleep(1);
    }
  }
}
