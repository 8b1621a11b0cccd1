package io.curlew.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Numbers computed elsewhere, in float64 with 9 digits written. The 20 steps amplify what the
 * inputs lost by rounding to 9 digits: perturbing them by as much moves the output by 5e-8, so that
 * number is held to 1e-7 here and to 1e-10 against {@link PlainNystrom} on the same inputs.
 */
class ReferenceTest {

  private static JsonObject reference = new JsonObject();

  private final NDManager manager = Arrays4.manager();

  @BeforeAll
  static void read() throws IOException {
    InputStream stream = ReferenceTest.class.getResourceAsStream("/attention-reference.json");
    assertNotNull(stream);
    try (Reader reader = new InputStreamReader(stream, StandardCharsets.UTF_8)) {
      reference = JsonParser.parseReader(reader).getAsJsonObject();
    }
  }

  @AfterAll
  static void forget() {
    reference = new JsonObject();
  }

  enum Case {
    EXACT("exact", 64, 6, false, null),
    GLOBAL("nystrom_m8_it6_globalInit", 8, 6, true, Initialisation.WHOLE_BATCH),
    PER_MATRIX("nystrom_m8_it6_perMatrixInit", 8, 6, false, null),
    COMPATIBLE_PER_MATRIX("nystrom_m8_it6_perMatrixInit", 8, 6, true, Initialisation.PER_MATRIX),
    TWENTY_STEPS("nystrom_m8_it20_perMatrixInit", 8, 20, false, null),
    UNEVEN("nystrom_m12_uneven_it6_perMatrixInit", 12, 6, false, null),
    MASKED("compat_maskOnThirdKernelOnly_valid_64_50", 8, 6, true, null, 64, 50),
    PADDED("paddingInvariant_m8_it6_perMatrixInit_valid_50_37", 8, 6, false, null, 50, 37);

    private final String key;
    private final NystromOptions options;
    private final int[] valid;

    Case(
        String key,
        int landmarks,
        int iterations,
        boolean compatible,
        @Nullable Initialisation start,
        int... valid) {
      this.key = key;
      this.valid = valid;
      NystromOptions.Builder builder =
          NystromOptions.builder()
              .setLandmarks(landmarks)
              .optPinvIterations(iterations)
              .optCompatible(compatible);
      this.options = (start == null ? builder : builder.optInitialisation(start)).build();
    }
  }

  @ParameterizedTest
  @EnumSource(Case.class)
  void float64(Case test) {
    assertEquals(0, error(test, DataType.FLOAT64), test == Case.TWENTY_STEPS ? 1e-7 : 1e-8);
  }

  @ParameterizedTest
  @EnumSource(Case.class)
  void float32(Case test) {
    assertEquals(0, error(test, DataType.FLOAT32), 1e-4);
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT32", "FLOAT64"})
  void convolution(DataType type) {
    NystromOptions options = NystromOptions.builder().setLandmarks(8).optCompatible(true).build();
    NDArray attended =
        NystromKernel.attend(array("q", type), array("k", type), array("v", type), null, options);
    NDArray convolved =
        ValueConvolution.apply(array("v", type), array("convWeight", type), TokenSpan.whole(2, 64));
    double error =
        Arrays4.difference(
            attended.add(convolved), array("nystrom_m8_it6_globalInit_conv9", DataType.FLOAT64));
    assertEquals(0, error, type == DataType.FLOAT64 ? 1e-8 : 1e-4);
  }

  private double error(Case test, DataType type) {
    NDArray output =
        NystromKernel.attend(
            array("q", type),
            array("k", type),
            array("v", type),
            test.valid.length == 0 ? null : test.valid,
            test.options);
    NDArray expected = array(test.key, DataType.FLOAT64);
    assertEquals(type, output.getDataType());
    if (test != Case.PADDED) {
      return Arrays4.difference(output, expected);
    }
    double largest = 0;
    for (int sequence : List.of(0, 1)) {
      String valid = "{0}, :, :{1}".replace("{0}", sequence + "");
      String index = valid.replace("{1}", test.valid[sequence] + "");
      largest = Math.max(largest, Arrays4.difference(output.get(index), expected.get(index)));
      String padding = sequence + ", :, " + test.valid[sequence] + ":";
      assertTrue(Arrays4.largest(output.get(padding)) == 0);
    }
    return largest;
  }

  private NDArray array(String key, DataType type) {
    JsonObject array = reference.getAsJsonObject(key);
    long[] shape = longs(array.getAsJsonArray("shape"));
    JsonArray data = array.getAsJsonArray("data");
    double[] values = new double[data.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = data.get(i).getAsDouble();
    }
    assertEquals(new Shape(shape).size(), values.length);
    return Arrays4.of(manager, values, type, shape);
  }

  private static long[] longs(JsonArray array) {
    long[] values = new long[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).getAsLong();
    }
    return values;
  }
}
