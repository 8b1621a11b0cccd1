package io.curlew.demo.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
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
    CountDownLatch started = new CountDownLatch(2);
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> admitted = new ArrayList<>();
      AtomicInteger came = new AtomicInteger();
      for (int i = 0; i < 5; i++) {
        int number = i;
        admitted.add(
            clients.submit(
                () -> {
                  came.incrementAndGet();
                  return admission.admit(
                      () -> {
                        most.accumulateAndGet(running.incrementAndGet(), Math::max);
                        started.countDown();
                        go.await();
                        running.decrementAndGet();
                        return number;
                      });
                }));
      }
      started.await();
      ApiException refused = refusedBy(admission);
      assertEquals(429, refused.status());
      assertTrue(String.valueOf(refused.getMessage()).contains("at most 2, and 3 waiting"));
      go.countDown();
      for (int i = 0; i < 5; i++) {
        assertEquals(i, admitted.get(i).get(10, TimeUnit.SECONDS));
      }
    }
    assertEquals(2, most.get());
    assertEquals("in", admission.admit(() -> "in"), "places are given back");
  }

  /** Five come on threads of their own, so until the last is in there may be room. */
  private static ApiException refusedBy(Admission admission) throws Exception {
    while (true) {
      Thread[] visitor = new Thread[1];
      ApiException[] refused = new ApiException[1];
      visitor[0] =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      admission.admit(() -> "in");
                    } catch (ApiException e) {
                      refused[0] = e;
                    } catch (Exception e) {
                      Thread.currentThread().interrupt();
                    }
                  });
      visitor[0].join(200);
      visitor[0].interrupt();
      visitor[0].join();
      if (refused[0] != null) {
        return refused[0];
      }
    }
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
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<String> search =
          threads.submit(
              () ->
                  admission.admit(
                      () -> {
                        inside.countDown();
                        go.await();
                        return "done";
                      }));
      inside.await();
      Future<?> closing = threads.submit(admission::close);
      assertThrows(
          java.util.concurrent.TimeoutException.class,
          () -> closing.get(50, TimeUnit.MILLISECONDS));
      ApiException refused = assertThrows(ApiException.class, () -> admission.admit(() -> "late"));
      assertEquals(503, refused.status());
      go.countDown();
      assertEquals("done", search.get());
      closing.get();
    }
  }
}
