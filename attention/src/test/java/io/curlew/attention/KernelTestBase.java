package io.curlew.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A seed that is printed, or given by {@code -Dtest.seed}, and a manager that is closed. */
abstract class KernelTestBase {
  private final long seed = Long.getLong("test.seed", System.nanoTime());
  final Random random = new Random(seed);
  final NDManager manager = Arrays4.manager();

  @BeforeEach
  void printSeed() {
    System.out.println(getClass().getSimpleName() + ": -Dtest.seed=" + seed);
  }

  @AfterEach
  void closeManager() {
    manager.close();
  }

  NDArray normal(DataType type, long... shape) {
    return Arrays4.normal(manager, random, type, shape);
  }

  NDArray normal(long... shape) {
    return normal(DataType.FLOAT32, shape);
  }

  static NystromOptions.Builder landmarks(int count) {
    return NystromOptions.builder().setLandmarks(count);
  }
}
