package io.curlew.demo.console;

import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;

/** A progress bar on standard error if that is a terminal, else one line at the end. */
public final class Progress implements AutoCloseable {

  private final long start = System.nanoTime();
  private final String task;
  private final @Nullable ProgressBar bar;

  private Progress(String task, @Nullable ProgressBar bar) {
    this.task = task;
    this.bar = bar;
  }

  public static Progress start(String task, long total) {
    if (!Boolean.getBoolean("curlew.terminal")) {
      return new Progress(task, null);
    }
    ProgressBar bar =
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(total)
            .setConsumer(new ConsoleProgressBarConsumer(System.err))
            .build();
    return new Progress(task, bar);
  }

  public void step(long n) {
    if (bar != null) {
      bar.stepBy(n);
    }
  }

  /** A line of news beside the bar. */
  public static void log(String line) {
    System.err.println(line);
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    } else {
      log(task + ": " + (System.nanoTime() - start) / 1_000_000_000 + " s");
    }
  }
}
