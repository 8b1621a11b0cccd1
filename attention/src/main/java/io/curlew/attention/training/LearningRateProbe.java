package io.curlew.attention.training;

import io.curlew.attention.training.GradientSample.Steps;
import io.curlew.attention.training.LearningRateCurve.Group;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Measures what {@link LearningRateCurve} is made of: in each of some groups of examples the
 * gradients of single ones, whose means are the gradients of batches, and the curvature along a
 * step of each batch size, from the gradient of other examples where the step ends. A few batches
 * have most of the length and of the curvature: so which one is looked at is drawn by its squared
 * length.
 *
 * <p>Costs one gradient of each example, and for each group, epsilon and batch size one of {@value
 * #CHECKED} examples. Holds the gradients of one group at a time.
 */
public final class LearningRateProbe {
  private static final int CHECKED = 32;
  private static final int OF_LAW = 256;
  private static final int SMALL_BATCH = 2;
  private static final int SMALL_BATCHES = 3;

  private final Gradients loss;
  private final int[] batches;
  private final int groups;
  private final double stride;
  private final long seed;

  /** Told when the gradients and curvatures of a group are there. */
  @FunctionalInterface
  public interface Listener {
    /** One more group is measured. */
    void measured();
  }

  /**
   * A probe.
   *
   * @param batches sizes, ascending; of each group's examples, the largest is at most half
   * @param groups that the examples are shared out to, at least 2
   * @param stride how far a number is moved to measure curvature at the point, well below the
   *     learning rate; above 0
   * @param seed of the resampling
   */
  public LearningRateProbe(Gradients loss, int[] batches, int groups, double stride, long seed) {
    if (!(stride > 0)) {
      throw new IllegalArgumentException("stride must be above 0, got: " + stride);
    }
    if (groups < 2) {
      throw new IllegalArgumentException("groups must be at least 2, got: " + groups);
    }
    if (batches.length == 0
        || batches[0] < 1
        || IntStream.range(1, batches.length).anyMatch(b -> batches[b - 1] >= batches[b])) {
      throw new IllegalArgumentException(
          "batches must be at least 1 and ascending, got: " + Arrays.toString(batches));
    }
    int largest = batches[batches.length - 1];
    if (loss.examples() / groups < Math.max(4, 2 * largest)) {
      throw new IllegalArgumentException(
          "examples must be at least "
              + groups * Math.max(4, 2 * largest)
              + ", twice the largest batch in each of "
              + groups
              + " groups, got: "
              + loss.examples());
    }
    this.loss = loss;
    this.batches = batches.clone();
    this.groups = groups;
    this.stride = stride;
    this.seed = seed;
  }

  /**
   * Steps in the midst of training, for each epsilon, with denominators by the gradients of all
   * examples of a loss: of others than those that the curves are measured on.
   */
  public static List<AdamStep> settled(Gradients loss, List<Double> epsilons) {
    GradientSample sample = sample(loss, 0, loss.examples());
    double[] variance = sample.deviation().clone();
    double[] square = new double[variance.length];
    for (int i = 0; i < square.length; i++) {
      variance[i] *= variance[i];
      square[i] = Math.max(0, sample.mean()[i] * sample.mean()[i] - variance[i] / sample.size());
    }
    return epsilons.stream().map(e -> AdamStep.settled(e, square, variance)).toList();
  }

  /** The curve of each kind of step. */
  public List<LearningRateCurve> curves(List<AdamStep> rules, Listener listener) {
    Random random = new Random(seed);
    double[][] bends = new double[rules.size()][batches.length];
    double[][] lengths = new double[rules.size()][batches.length];
    List<List<Group>> measured = new ArrayList<>();
    rules.forEach(rule -> measured.add(new ArrayList<>()));
    for (int group = 0; group < groups; group++) {
      int first = group * size();
      GradientSample sample = sample(loss, first, first + size());
      for (int r = 0; r < rules.size(); r++) {
        double[] downs = new double[batches.length];
        double[] curvatures = new double[batches.length];
        for (int b = 0; b < batches.length; b++) {
          Steps steps = sample.steps(rules.get(r), batches[b], random);
          downs[b] = steps.down();
          if (group == 0) {
            // Small at first; then as far as the step will go.
            double small = stride / largest(steps.drawn());
            bends[r][b] = curvature(sample, first, steps, small);
            double rate = downs[b] / bends[r][b];
            lengths[r][b] = rate > 0 && Double.isFinite(rate) ? rate : small;
          }
          curvatures[b] = curvature(sample, first, steps, lengths[r][b]);
          if (group == 0) {
            bends[r][b] /= curvatures[b];
          }
        }
        measured.get(r).add(new Group(downs, curvatures));
      }
      listener.measured();
    }
    List<LearningRateCurve> curves = new ArrayList<>();
    for (int r = 0; r < rules.size(); r++) {
      curves.add(new LearningRateCurve(batches, measured.get(r), bends[r], seed));
    }
    return curves;
  }

  private int size() {
    return loss.examples() / groups;
  }

  private static GradientSample sample(Gradients loss, int from, int to) {
    float[][] gradients = new float[to - from][];
    for (int i = from; i < to; i++) {
      gradients[i - from] = loss.of(i);
    }
    return new GradientSample(gradients);
  }

  /**
   * E[u' H u] over batches, from the one that was drawn of them and from examples outside of it,
   * over a step of so many times u.
   */
  private double curvature(GradientSample sample, int first, Steps steps, double scale) {
    int checked = Math.min(CHECKED, sample.size() / 2);
    int from = steps.end() + checked <= sample.size() ? steps.end() : 0;
    double[] u = steps.drawn();
    if (steps.squaredLength() == 0) {
      return 0; // nothing moves
    }
    return steps.squaredLength() * curvature(sample, first, from, u, scale) / squaredLength(u);
  }

  /** {@code u' H u}, from some examples of a sample from one on. */
  private double curvature(GradientSample sample, int first, int from, double[] u, double scale) {
    int to = from + Math.min(CHECKED, sample.size() / 2);
    double[] before = sample.mean(from, to);
    double[] step = Arrays.stream(u).map(value -> scale * value).toArray();
    float[] after = loss.after(step, first + from, first + to);
    double sum = 0;
    for (int i = 0; i < u.length; i++) {
      sum += u[i] * (before[i] - after[i]);
    }
    return sum / scale;
  }

  private static double squaredLength(double[] values) {
    return Arrays.stream(values).map(value -> value * value).sum();
  }

  private static double largest(double[] values) {
    return Arrays.stream(values).map(Math::abs).max().orElse(1);
  }

  /**
   * The constants of the article's law, from {@value #OF_LAW} examples.
   *
   * <p>Estimates differ from the definitions where those cannot be had from a sample. The noise
   * ratio of epsilon 0 is a mean of {@code s^2/g^2}, which gradients near 0 dominate and no sample
   * bounds: there signal and noise are those that explain how well steps of batches of 1, 2, 4, ...
   * point along the gradient of the other examples. With an epsilon the signal is taken from steps
   * of one half of the examples and the gradient of the other. P and D are those that give the
   * curvature of steps of 2 examples and of half of all.
   *
   * @return by epsilon; none for one at which the examples do not tell gradient from noise: steps
   *     of one half of them do not go down by the gradient of the other
   */
  public Map<Double, LearningRateLaw> laws(List<Double> epsilons) {
    GradientSample sample = sample(loss, 0, Math.min(OF_LAW, loss.examples()));
    Map<Double, LearningRateLaw> laws = new HashMap<>();
    for (double epsilon : epsilons) {
      double[] fit = signalAndNoise(sample, epsilon);
      if (fit[0] > 0) {
        laws.put(epsilon, law(sample, epsilon, fit[0], fit[1]));
      }
    }
    return laws;
  }

  private double[] signalAndNoise(GradientSample sample, double epsilon) {
    if (epsilon == 0) {
      return sample.fitSigns(new Random(seed));
    }
    double noise = sample.noise(epsilon);
    int half = sample.size() / 2;
    double attenuation = 1 / Math.sqrt(1 + Math.PI * noise / (2 * half));
    double signal = sample.alignment(half, epsilon, new Random(seed)) / attenuation;
    return new double[] {signal, noise};
  }

  private LearningRateLaw law(GradientSample sample, double epsilon, double signal, double noise) {
    int half = sample.size() / 2;
    // Curvature of a step of B examples is (P + D x) / (1 + x), measured at two B.
    double large = Math.PI * noise / (2 * half);
    double small = Math.PI * noise / (2 * SMALL_BATCH);
    double ofLarge = (1 + large) * small(sample, sample.mean(0, half), epsilon);
    double ofSmall = 0;
    for (int b = 0; b < SMALL_BATCHES; b++) {
      double[] mean = sample.mean(b * SMALL_BATCH, (b + 1) * SMALL_BATCH);
      ofSmall += (1 + small) / SMALL_BATCHES * small(sample, mean, epsilon);
    }
    // Where one comes out negative it is too small to be seen.
    double alongNoise = Math.max(0, (ofSmall - ofLarge) / (small - large));
    double alongSignal = Math.max(0, ofLarge - alongNoise * large);
    return new LearningRateLaw(signal, alongSignal, alongNoise, noise);
  }

  private double small(GradientSample sample, double[] gradient, double epsilon) {
    double[] u = LearningRateLaw.direction(gradient, epsilon);
    int last = sample.size() - Math.min(CHECKED, sample.size() / 2);
    return curvature(sample, 0, last, u, stride / largest(u));
  }
}
