package io.curlew.demo.doctor;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import jdk.incubator.vector.FloatVector;
import org.apache.lucene.util.VectorUtil;

/**
 * What was found of one thing that Curlew needs of a machine.
 *
 * @param status whether it will do
 * @param subject what was looked at
 * @param finding what is there
 * @param advice what to do if it will not do
 */
public record MachineCheck(Status status, String subject, String finding, String advice) {

  /** Whether something will do. */
  public enum Status {
    OK,
    /** Curlew works, but slower or not all of it. */
    WARN,
    /** Curlew does not work. */
    FAIL;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final int LEAST_JAVA = 21;
  private static final long GIGABYTE = 1L << 30;
  private static final int DIMENSION = 400;
  private static final double SIMD_GAIN = 2; // over a plain loop; measured 5 to 15 with SIMD

  private static MachineCheck of(
      boolean good, Status otherwise, String subject, String finding, String advice) {
    return new MachineCheck(good ? Status.OK : otherwise, subject, finding, advice);
  }

  /** The virtual machine that runs this. */
  public static List<MachineCheck> jvm() {
    int java = Runtime.version().feature();
    boolean module = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    long heap = Runtime.getRuntime().maxMemory();
    return List.of(
        of(
            java >= LEAST_JAVA,
            Status.FAIL,
            "Java",
            Runtime.version() + ", " + System.getProperty("java.home"),
            "install a JDK of version " + LEAST_JAVA + " or later"),
        of(
            module,
            Status.WARN,
            "Vector API",
            module ? vectorWidth() : "not there",
            "start Java with --add-modules jdk.incubator.vector, as bin/curlew does"),
        simd(),
        of(
            heap >= GIGABYTE,
            Status.WARN,
            "Heap",
            gigabytes(heap) + " at most",
            "set CURLEW_JAVA_OPTS=-Xmx2g"));
  }

  private static String vectorWidth() {
    return FloatVector.SPECIES_PREFERRED.vectorBitSize() + " bits";
  }

  /** Whether Lucene's dot products use SIMD: told by how fast they are, which is what counts. */
  private static MachineCheck simd() {
    float[] a = new float[DIMENSION];
    float[] b = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      a[i] = (float) Math.sin(i);
      b[i] = (float) Math.cos(i);
    }
    double plain = nanos(() -> plainProduct(a, b));
    double lucene = nanos(() -> VectorUtil.dotProduct(a, b));
    return of(
        plain > SIMD_GAIN * lucene,
        Status.WARN,
        "SIMD in Lucene",
        String.format(
            Locale.ROOT,
            "%.0f ns for a product of %d floats, a plain loop takes %.0f ns",
            lucene,
            DIMENSION,
            plain),
        "start Java with --add-modules jdk.incubator.vector, on a processor with AVX2 or NEON");
  }

  private interface Product {
    float get();
  }

  private static double nanos(Product product) {
    double best = Double.MAX_VALUE;
    float sink = 0;
    for (int repeat = 0; repeat < 20; repeat++) {
      long start = System.nanoTime();
      for (int i = 0; i < 10_000; i++) {
        sink += product.get();
      }
      best = Math.min(best, (System.nanoTime() - start) / 1e4);
    }
    return Float.isNaN(sink) ? Double.NaN : best;
  }

  private static float plainProduct(float[] a, float[] b) {
    float sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /** Processors, disk and the programs that some commands start. */
  public static List<MachineCheck> machine() {
    int cores = Runtime.getRuntime().availableProcessors();
    String policy = Objects.requireNonNullElse(System.getenv("OMP_WAIT_POLICY"), "not set");
    return List.of(
        of(cores > 1, Status.WARN, "Processors", cores + "", "searches will take twice as long"),
        of(
            policy.equalsIgnoreCase("PASSIVE"),
            Status.WARN,
            "OMP_WAIT_POLICY",
            policy,
            "set it to PASSIVE, or idle threads of the models' libraries spin"),
        space("Temporary files", Path.of(System.getProperty("java.io.tmpdir"))),
        space("Native libraries", Path.of(System.getProperty("user.home"))),
        program(
            "mvn", Status.WARN, "install Maven: bin/curlew builds with it where nothing is built"),
        program("chromium", Status.WARN, "install it for the browser test of mvn verify"));
  }

  private static MachineCheck space(String subject, Path directory) {
    try {
      long space = Files.getFileStore(directory).getUsableSpace();
      boolean writable = Files.isWritable(directory);
      return of(
          writable && space >= GIGABYTE,
          Status.FAIL,
          subject,
          directory + ", " + gigabytes(space) + " free" + (writable ? "" : ", not writable"),
          "make 1 GB of room there and let this user write");
    } catch (IOException e) {
      return new MachineCheck(
          Status.FAIL, subject, e.toString(), "make the directory " + directory);
    }
  }

  private static MachineCheck program(String name, Status otherwise, String advice) {
    return Stream.of(
            Objects.requireNonNullElse(System.getenv("PATH"), "").split(File.pathSeparator))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst()
        .map(found -> new MachineCheck(Status.OK, name, found.toString(), ""))
        .orElseGet(() -> new MachineCheck(otherwise, name, "not on the path", advice));
  }

  private static String gigabytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f GB", (double) bytes / GIGABYTE);
  }
}
