package io.curlew.lucene;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What this process holds after a garbage collection, in bytes and counts; 0 for what the platform
 * does not tell, which is most of it where there is no {@code /proc}.
 *
 * @param heap in use
 * @param resident memory of the process, mapped files included
 * @param anonymous resident memory without mapped files: the heap and what is native
 * @param direct direct buffers
 * @param handles open file descriptors
 * @param mapped regions that map a file of a directory
 * @param threads that live
 */
record Footprint(
    long heap,
    long resident,
    long anonymous,
    long direct,
    long handles,
    long mapped,
    long threads) {

  /** Measures; the mapped files are those below a directory. */
  @SuppressWarnings("ThreadPriorityCheck") // collected, not hoped for
  static Footprint measure(Path directory) throws IOException {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return new Footprint(
        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
        status("VmRSS:"),
        status("RssAnon:"),
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum(),
        openFiles(),
        mappedBelow(directory),
        ManagementFactory.getThreadMXBean().getThreadCount());
  }

  private static long status(String name) throws IOException {
    return lines(Path.of("/proc/self/status"))
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
        .sum();
  }

  private static long mappedBelow(Path directory) throws IOException {
    String name = directory.toAbsolutePath().toString();
    return lines(Path.of("/proc/self/maps")).filter(line -> line.contains(name)).count();
  }

  private static Stream<String> lines(Path file) throws IOException {
    return Files.exists(file) ? Files.readAllLines(file).stream() : Stream.of();
  }

  private static long openFiles() throws IOException {
    Path all = Path.of("/proc/self/fd");
    if (!Files.exists(all)) {
      return 0;
    }
    try (Stream<Path> open = Files.list(all)) {
      return open.count();
    }
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "heap %.1f MB, RSS %.1f MB, of it anonymous %.1f MB, direct buffers %.2f MB, %d handles,"
            + " %d mapped regions, %d threads",
        heap / 1e6,
        resident / 1e6,
        anonymous / 1e6,
        direct / 1e6,
        handles,
        mapped,
        threads);
  }
}
