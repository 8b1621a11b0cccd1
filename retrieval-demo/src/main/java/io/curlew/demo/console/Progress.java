package io.curlew.demo.console;

import java.util.function.Consumer;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;

/**
 * How far a task is, on standard error: a bar if that is a terminal, else a line at its begin and
 * its end, and between them one every {@value #SECONDS_BETWEEN_LINES} seconds at most.
 */
public final class Progress implements AutoCloseable {

  static final int SECONDS_BETWEEN_LINES = 10;
  private static final long SECOND = 1_000_000_000;

  private final String task;
  private final long total;
  private final @Nullable ProgressBar bar;
  private final LongSupplier nanos;
  private final Consumer<String> lines;
  private final long start;
  private long lastLine;
  private long done;

  private Progress(
      String task,
      long total,
      @Nullable ProgressBar bar,
      LongSupplier nanos,
      Consumer<String> lines) {
    this.task = task;
    this.total = total;
    this.bar = bar;
    this.nanos = nanos;
    this.lines = lines;
    this.start = nanos.getAsLong();
    this.lastLine = start;
  }

  /**
   * Begins a task.
   *
   * @param total steps
   */
  public static Progress start(String task, long total) {
    if (!Boolean.getBoolean("curlew.terminal")) {
      return lines(task, total, System::nanoTime, Progress::log);
    }
    ProgressBar bar =
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(total)
            .setConsumer(new ConsoleProgressBarConsumer(System.err))
            .build();
    return new Progress(task, total, bar, System::nanoTime, Progress::log);
  }

  /** Without a terminal. */
  static Progress lines(String task, long total, LongSupplier nanos, Consumer<String> lines) {
    Progress progress = new Progress(task, total, null, nanos, lines);
    lines.accept(task + ": 0 of " + total);
    return progress;
  }

  /** Says that so many steps more are done; from any thread. */
  public synchronized void step(long steps) {
    done += steps;
    if (bar != null) {
      bar.stepBy(steps);
    } else if (nanos.getAsLong() - lastLine >= SECONDS_BETWEEN_LINES * SECOND) {
      line();
    }
  }

  private void line() {
    lastLine = nanos.getAsLong();
    lines.accept(task + ": " + done + " of " + total + ", " + (lastLine - start) / SECOND + " s");
  }

  /** A line of news beside the bar. */
  public static void log(String line) {
    System.err.println(line);
  }

  @Override
  public synchronized void close() {
    if (bar != null) {
      bar.close();
    } else {
      line();
    }
  }
}
