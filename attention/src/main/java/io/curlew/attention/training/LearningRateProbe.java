package io.curlew.attention.training;

import io.curlew.attention.training.GradientSample.Draw;
import io.curlew.attention.training.GradientSample.Steps;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Measures what {@link LearningRateCurve} is made of: in each of some groups of examples the
 * gradients of single ones, whose means are the gradients of batches, and the slope along steps of
 * each batch size, from the gradients of other examples where the steps end. Learning rates are
 * tried until the slope is 0. A few batches have most of the length and of the curvature, and a few
 * examples: so which are looked at is drawn by their length, the same ones for each epsilon.
 *
 * <p>Costs one gradient of each example, and for each epsilon and batch size {@value #CHECKED}
 * along each of {@value #DRAWN} steps, or one step of each group if there are more groups, for each
 * of the 1 to 5 rates that are tried. Holds the gradients of one group at a time, the steps, and
 * their mean in each group, as floats.
 */
public final class LearningRateProbe {
  private static final int DRAWN = 32;
  private static final int CHECKED = 8;
  private static final int MOST_RATES = 12;

  private final Gradients loss;
  private final int[] batches;
  private final int groups;
  private final double stride;
  private final long seed;

  /** Told when a group's gradients are there, and when a curve's rate of a batch size is. */
  @FunctionalInterface
  public interface Listener {
    /** One more is measured. */
    void measured();
  }

  /** A step of a group, and the slopes at its start by the examples it is looked at with. */
  private record Line(Draw draw, int first, double[] downs) {}

  /**
   * A probe.
   *
   * @param batches sizes, ascending; of each group's examples, the largest is at most half
   * @param groups that the examples are shared out to, at least 2
   * @param stride how far a number is moved by the first rate that is tried, well below the best
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
    GradientSample sample = GradientSample.of(loss, 0, loss.examples());
    double[] variance = sample.deviation().clone();
    double[] square = new double[variance.length];
    for (int i = 0; i < square.length; i++) {
      variance[i] *= variance[i];
      square[i] = Math.max(0, sample.mean()[i] * sample.mean()[i] - variance[i] / sample.size());
    }
    return epsilons.stream().map(e -> AdamStep.settled(e, square, variance)).toList();
  }

  /** How often {@link #curves} tells its listener. */
  public int measurements(int rules) {
    return groups + rules * batches.length;
  }

  /** The curve of each kind of step. */
  public List<LearningRateCurve> curves(List<AdamStep> rules, Listener listener) {
    int steps = rules.size() * batches.length;
    double[][] gradients = new double[groups][];
    Steps[][] means = new Steps[steps][groups];
    int draws = Math.ceilDiv(DRAWN, groups);
    List<List<List<Line>>> lines = new ArrayList<>(); // of each step, of each group
    for (int s = 0; s < steps; s++) {
      lines.add(new ArrayList<>());
    }
    for (int group = 0; group < groups; group++) {
      int first = group * size();
      GradientSample sample = GradientSample.of(loss, first, first + size());
      gradients[group] = sample.mean();
      for (int s = 0; s < steps; s++) {
        AdamStep rule = rules.get(s / batches.length);
        int batch = batches[s % batches.length];
        // The same ones for each epsilon.
        RandomGenerator random = new SplittableRandom(seed + group * size() + batch);
        Steps of = sample.steps(rule, batch, draws, CHECKED, random);
        means[s][group] = of;
        lines.get(s).add(of.drawn().stream().map(draw -> line(draw, sample, first)).toList());
      }
      listener.measured();
    }
    List<LearningRateCurve> curves = new ArrayList<>();
    double[] rates = new double[steps];
    for (int r = 0; r < rules.size(); r++) {
      List<StepSlopes> slopes = new ArrayList<>();
      for (int b = 0; b < batches.length; b++) {
        int s = r * batches.length + b;
        StepSlopes of = slopes(downs(means[s], gradients), lines.get(s), near(rates, s));
        rates[s] = of.rate(IntStream.range(0, groups).toArray());
        slopes.add(of);
        listener.measured();
      }
      curves.add(new LearningRateCurve(batches, slopes, groups, seed));
    }
    return curves;
  }

  /**
   * A rate to begin with: that of the epsilon before, changed as it changed from the batch size
   * before, or whichever of these is known; 0 if none is.
   */
  private double near(double[] rates, int step) {
    double ofBatch = step % batches.length > 0 ? rates[step - 1] : 0;
    double ofEpsilon = step >= batches.length ? rates[step - batches.length] : 0;
    if (!usable(ofBatch)) {
      return usable(ofEpsilon) ? ofEpsilon : 0;
    }
    double ofBoth = step > batches.length ? rates[step - batches.length - 1] : 0;
    return usable(ofEpsilon) && usable(ofBoth) ? ofBatch * ofEpsilon / ofBoth : ofBatch;
  }

  private static boolean usable(double rate) {
    return rate > 0 && Double.isFinite(rate);
  }

  /** The mean step of each group times the mean gradient of each. */
  private static double[][] downs(Steps[] steps, double[][] gradients) {
    double[][] downs = new double[steps.length][steps.length];
    for (int g = 0; g < steps.length; g++) {
      for (int h = 0; h < steps.length; h++) {
        downs[g][h] = g == h ? steps[g].down() : dot(steps[g].mean(), gradients[h]);
      }
    }
    return downs;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  private static double dot(float[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static Line line(Draw draw, GradientSample sample, int first) {
    double[] downs = new double[draw.examples().length];
    for (int k = 0; k < downs.length; k++) {
      downs[k] = dot(draw.u(), sample.of(draw.examples()[k]));
    }
    return new Line(draw, first, downs);
  }

  /**
   * Tries rates.
   *
   * @param near a rate to begin with; 0 for a small one
   */
  private StepSlopes slopes(double[][] downs, List<List<Line>> lines, double near) {
    StepSlopes slopes = new StepSlopes(downs);
    float largest = 0;
    for (List<Line> group : lines) {
      for (Line line : group) {
        for (float value : line.draw.u()) {
          largest = Math.max(largest, Math.abs(value));
        }
      }
    }
    if (largest == 0) {
      return slopes; // nothing moves
    }
    double rate = near > 0 ? near : stride / largest;
    for (int tried = 0; tried < MOST_RATES && !Double.isNaN(rate); tried++) {
      double t = rate;
      slopes.put(t, lines.stream().mapToDouble(group -> rise(group, t)).toArray());
      rate = slopes.next();
    }
    return slopes;
  }

  /** E[u' (g - g(t u))], from steps that were drawn. */
  private double rise(List<Line> lines, double t) {
    double sum = 0;
    for (Line line : lines) {
      Draw draw = line.draw;
      double[] step = new double[draw.u().length];
      for (int i = 0; i < step.length; i++) {
        step[i] = t * draw.u()[i];
      }
      for (int k = 0; k < draw.examples().length; k++) {
        double down = dot(draw.u(), loss.after(step, line.first + draw.examples()[k]));
        sum += draw.weight() * draw.weights()[k] * (line.downs[k] - down);
      }
    }
    return sum;
  }

  private int size() {
    return loss.examples() / groups;
  }
}
