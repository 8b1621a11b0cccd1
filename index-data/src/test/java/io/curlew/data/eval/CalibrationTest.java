package io.curlew.data.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CalibrationTest {

  @Test
  void isPerfectWhereExpectationsComeTrueOnAverage() {
    List<Double> expected = new ArrayList<>();
    List<Double> realised = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      expected.add(0.8);
      realised.add(i % 10 < 8 ? 1.0 : 0.0);
    }
    Calibration calibration = Calibration.of(200, expected, realised);
    assertEquals(0, calibration.error(), 1e-12);
    assertEquals(10, calibration.bins().size());
  }

  @Test
  void measuresTheDistanceOfEveryBin() {
    List<Double> expected = IntStream.range(0, 40).mapToObj(i -> i < 20 ? 0.2 : 0.6).toList();
    List<Double> realised = IntStream.range(0, 40).mapToObj(i -> i < 20 ? 0.3 : 0.9).toList();
    Calibration calibration = Calibration.of(200, expected, realised);
    assertEquals(0.5 * 0.1 + 0.5 * 0.3, calibration.error(), 1e-12);
    assertEquals(40, calibration.bins().stream().mapToInt(Calibration.Bin::queries).sum());
    assertEquals(0.9, calibration.bins().getLast().realised(), 1e-12);
  }

  @Test
  void takesFewQueries() {
    Calibration calibration = Calibration.of(1, List.of(0.5), List.of(1.0));
    assertEquals(1, calibration.bins().size());
    assertEquals(0.5, calibration.error());
  }
}
