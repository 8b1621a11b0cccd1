package io.curlew.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every choice of landmarks, and what each is for. */
class LandmarkChoiceTest extends KernelTestBase {

  static Stream<LandmarkChoice> all() {
    return Stream.of(
        LandmarkChoice.segmentMeans(),
        LandmarkChoice.kMeans(3),
        LandmarkChoice.leverage(),
        LandmarkChoice.pivotedQr());
  }

  @ParameterizedTest
  @MethodSource("all")
  void hasItsNameAndShapeAndRepeats(LandmarkChoice choice) {
    assertEquals(choice.name(), LandmarkChoice.named(choice.name()).name());
    for (int count : new int[] {1, 5, 19, 20}) {
      NDArray rows = normal(2, 3, 20, 4);
      NDArray before = rows.duplicate();
      NDArray landmarks = choice.landmarks(rows, count);
      assertEquals(new Shape(2, 3, count, 4), landmarks.getShape());
      assertEquals(0, Arrays4.difference(landmarks, choice.landmarks(rows, count)));
      assertEquals(0, Arrays4.difference(before, rows));
      // Each head and sequence by itself.
      NDArray alone = choice.landmarks(rows.get("1:2, 2:3"), count);
      assertEquals(0, Arrays4.difference(landmarks.get("1:2, 2:3"), alone), 1e-6);
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void landmarksAreWithinTheRows(LandmarkChoice choice) {
    NDArray rows = normal(1, 1, 50, 3);
    NDArray landmarks = choice.landmarks(rows, 7);
    double largest = Arrays4.largest(rows);
    assertTrue(Arrays4.largest(landmarks) <= largest * (1 + 1e-6));
  }

  /** Rows that repeat a few values: the pivots are one of each. */
  @Test
  void pivotedQrFindsEveryDistinctRow() {
    NDArray distinct = normal(DataType.FLOAT64, 1, 1, 6, 4).mul(3);
    NDList shuffled = new NDList();
    for (int row = 0; row < 60; row++) {
      int which = row < 6 ? row : random.nextInt(6);
      shuffled.add(distinct.get(":, :, {}:{}, :", which, which + 1));
    }
    NDArray rows = NDArrays.concat(shuffled, 2);
    NDArray landmarks = LandmarkChoice.pivotedQr().landmarks(rows, 6);
    Set<Double> found = new HashSet<>();
    for (double value : landmarks.get(":, :, :, 0").toDoubleArray()) {
      found.add(value);
    }
    assertEquals(6, found.size());
  }

  /** Two tight groups, interleaved: means over neighbours see the middle, clusters the groups. */
  @Test
  void kMeansFindsInterleavedGroups() {
    NDArray noise = normal(1, 1, 40, 2).mul(0.01);
    float[] centres = new float[80];
    for (int row = 0; row < 40; row++) {
      centres[2 * row] = row < 20 == (row % 4 != 0) ? 10 : -10;
    }
    NDArray rows = noise.add(manager.create(centres, new Shape(1, 1, 40, 2)));
    NDArray clusters = LandmarkChoice.kMeans(5).landmarks(rows, 2);
    float[] found = clusters.get(":, :, :, 0").toFloatArray();
    assertEquals(20, Math.abs(found[0] - found[1]), 0.1);
    float[] segments =
        LandmarkChoice.segmentMeans().landmarks(rows, 2).get(":, :, :, 0").toFloatArray();
    assertTrue(Math.abs(segments[0] - segments[1]) < 15);
  }

  /** A row in a direction of its own has leverage 1. */
  @Test
  void leveragePicksTheRowThatStandsAlone() {
    NDArray rows = normal(1, 1, 40, 4);
    rows.set(new NDIndex(":, :, :, 3"), 0);
    rows.set(new NDIndex(":, :, 17, 3"), 0.5f);
    NDArray landmarks = LandmarkChoice.leverage().landmarks(rows, 1);
    assertEquals(0, Arrays4.difference(landmarks, rows.get(":, :, 17:18, :")));
  }
}
