package io.curlew.demo.index;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.curlew.attention.array.Owned;
import io.curlew.attention.training.Adam;
import io.curlew.attention.vq.Codebook;
import io.curlew.attention.vq.CodebookUse;
import io.curlew.attention.vq.NearestCodes;
import io.curlew.attention.vq.VectorQuantizer;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.RowEncoding;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * How much of a codebook is used after training on real anchor rows, by what of it is trained. All
 * kinds begin with the same random codes, see the same batches and take as many steps of Adam with
 * the same falling rate. Vectors are the rows of an index less their mean, whole, or cut into
 * pieces of 25 anchors which share one codebook; scaled to a mean squared norm of 1, which is that
 * of the first codes. Prints used codes, perplexity and squared error over all vectors.
 *
 * <pre>
 * retrieval-demo/bin/curlew index --dataset wordnet --documents all --index INDEX
 * java --add-modules jdk.incubator.vector -Xmx4g -Dai.djl.offline=true
 *   -cp "retrieval-demo/target/classes:retrieval-demo/target/test-classes:$(cat
 *   retrieval-demo/target/dependencies)" io.curlew.demo.index.CodebookUseStudy INDEX
 *   [CODES,...]
 * </pre>
 */
final class CodebookUseStudy {

  private static final int PIECE = 25;
  private static final int STEPS = 1500;
  private static final int BATCH = 512;
  private static final double RATE = 1e-2;
  private static final long SEED = 42;
  private static final int ENOUGH = 10; // vectors for each code
  private static final int CHUNK = 1 << 14;

  private final String name;
  private final float[][] vectors;
  private final int size;

  private CodebookUseStudy(String name, float[][] vectors) {
    this.name = name;
    this.vectors = vectors;
    this.size = vectors[0].length;
  }

  public static void main(String[] args) throws Exception {
    float[][] rows;
    try (CurlewIndex index = CurlewIndex.open(Path.of(args[0]))) {
      rows = index.searcher().rows(index.searcher().documents());
    }
    centre(rows);
    CodebookUseStudy pieces = new CodebookUseStudy("pieces of 25", pieces(rows));
    CodebookUseStudy leading = new CodebookUseStudy("rows in 25 dimensions", scaled(leading(rows)));
    CodebookUseStudy whole = new CodebookUseStudy("rows of 400", scaled(rows));
    System.out.println("vectors,count,codes,trained,used,share,perplexity,squared error");
    String sizes = args.length > 1 ? args[1] : "1024,8192,65536";
    for (int codes : Arrays.stream(sizes.split(",")).mapToInt(Integer::parseInt).toArray()) {
      // rows are too few to fill the largest codebook
      for (CodebookUseStudy study :
          rows.length < ENOUGH * codes ? List.of(pieces) : List.of(pieces, leading, whole)) {
        study.run(codes, Codebook.LINEAR, false);
        study.run(codes, Codebook.CODES, false);
        study.run(codes, Codebook.CODES, true);
        study.run(codes, Codebook.DIAGONAL, false);
      }
    }
  }

  /** Rows in as many dimensions as a piece has anchors, in the way that an index stores them. */
  private static float[][] leading(float[][] rows) {
    float[][] sample =
        new Random(SEED)
            .ints(0, rows.length)
            .distinct()
            .limit(2000)
            .mapToObj(d -> rows[d])
            .toArray(float[][]::new);
    List<String> names = IntStream.range(0, rows[0].length).mapToObj(a -> "anchor " + a).toList();
    AnchorSet few =
        AnchorSet.of(names, "study", sample, RowEncoding.projected(PIECE, RowEncoding.floats()));
    return Arrays.stream(rows).map(few.encoding()::project).toArray(float[][]::new);
  }

  private static void centre(float[][] rows) {
    for (int a = 0; a < rows[0].length; a++) {
      double mean = 0;
      for (float[] row : rows) {
        mean += row[a] / rows.length;
      }
      for (float[] row : rows) {
        row[a] -= (float) mean;
      }
    }
  }

  private static float[][] pieces(float[][] rows) {
    int each = rows[0].length / PIECE;
    float[][] pieces = new float[rows.length * each][PIECE];
    for (int i = 0; i < pieces.length; i++) {
      System.arraycopy(rows[i / each], i % each * PIECE, pieces[i], 0, PIECE);
    }
    return scaled(pieces);
  }

  private static float[][] scaled(float[][] vectors) {
    double squares = 0;
    for (float[] vector : vectors) {
      for (float value : vector) {
        squares += value * value;
      }
    }
    float scale = (float) Math.sqrt(vectors.length / squares);
    for (float[] vector : vectors) {
      for (int i = 0; i < vector.length; i++) {
        vector[i] *= scale;
      }
    }
    return vectors;
  }

  private void run(int codes, Codebook kind, boolean small) {
    VectorQuantizer block =
        VectorQuantizer.builder()
            .setCodes(codes)
            .setSize(size)
            .optCodebook(kind)
            .optCommitment(0)
            .optSeed(SEED)
            .build();
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      block.initialize(manager, DataType.FLOAT32, new Shape(-1, size));
      if (small) { // as is usual for a plain codebook: uniform between -1 / codes and 1 / codes
        NDArray table = block.codes().getArray();
        Random random = new Random(SEED);
        float[] values = new float[codes * size];
        for (int i = 0; i < values.length; i++) {
          values[i] = (2 * random.nextFloat() - 1) / codes;
        }
        table.set(values);
      }
      train(block, manager);
      report(codes, small ? kind + " from near 0" : kind.toString(), block, manager);
    }
  }

  private void train(VectorQuantizer block, NDManager manager) {
    Parameter map = block.map();
    NDArray trained = (map == null ? block.codes() : map).getArray();
    trained.setRequiresGradient(true);
    Adam adam = new Adam(0.9, 0.999, 1e-12);
    Random random = new Random(SEED);
    ParameterStore store = new ParameterStore(manager, false);
    float[] values = trained.toFloatArray();
    for (int step = 0; step < STEPS; step++) {
      try (NDManager scratch = manager.newSubManager()) {
        NDArray batch = array(scratch, random.ints(BATCH, 0, vectors.length).toArray());
        try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
          NDList outputs = block.forward(store, new NDList(batch), true);
          // the sum over entries: the rate does not depend on the size of a vector
          collector.backward(Owned.mul(outputs.get(2), size));
        }
        NDArray gradient = trained.getGradient();
        gradient.attach(scratch);
        double rate = RATE * (STEPS - step) / STEPS;
        Map<String, float[]> gradients = Map.of("", gradient.toFloatArray());
        gradient.subi(gradient); // the engine would add the next one to it
        float[] change = Objects.requireNonNull(adam.step(gradients, rate).get(""));
        for (int i = 0; i < values.length; i++) {
          values[i] -= change[i];
        }
        NDArray next = scratch.create(values, trained.getShape());
        trained.setRequiresGradient(false);
        next.copyTo(trained);
        trained.setRequiresGradient(true);
      }
    }
    trained.setRequiresGradient(false);
  }

  private NDArray array(NDManager manager, int[] chosen) {
    float[] flat = new float[chosen.length * size];
    for (int i = 0; i < chosen.length; i++) {
      System.arraycopy(vectors[chosen[i]], 0, flat, i * size, size);
    }
    return Owned.copy(manager.create(flat, new Shape(chosen.length, size)));
  }

  private void report(int codes, String kind, VectorQuantizer block, NDManager manager) {
    NDArray table = block.codebook(manager);
    float[] codebook = table.toFloatArray();
    long[] nearest = new long[vectors.length];
    for (int from = 0; from < vectors.length; from += CHUNK) {
      int[] some = IntStream.range(from, Math.min(vectors.length, from + CHUNK)).toArray();
      try (NDManager scratch = manager.newSubManager()) {
        long[] found = NearestCodes.search(array(scratch, some), table).toLongArray();
        System.arraycopy(found, 0, nearest, from, found.length);
      }
    }
    double squares = 0;
    for (int i = 0; i < nearest.length; i++) {
      for (int j = 0; j < size; j++) {
        double difference = vectors[i][j] - codebook[(int) nearest[i] * size + j];
        squares += difference * difference;
      }
    }
    CodebookUse use = CodebookUse.of(nearest, codes);
    System.out.println(
        String.join(
            ",",
            List.of(
                name,
                Integer.toString(vectors.length),
                Integer.toString(codes),
                kind,
                Integer.toString(use.used()),
                String.format(Locale.ROOT, "%.4f", use.share()),
                String.format(Locale.ROOT, "%.0f", use.perplexity()),
                String.format(Locale.ROOT, "%.4f", squares / vectors.length))));
  }
}
