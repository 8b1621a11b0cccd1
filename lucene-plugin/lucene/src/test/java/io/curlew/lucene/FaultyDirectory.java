package io.curlew.lucene;

import java.io.IOException;
import java.util.Random;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.FilterIndexInput;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.tests.store.MockDirectoryWrapper;

/**
 * Fails at random: writes, some of them half done, syncs, renames, deletions, opening and reading.
 * Safe for use by several threads, but for {@link #rate}, which is set between them.
 */
final class FaultyDirectory extends FilterDirectory {

  private final Random random;
  private volatile double rate;
  private volatile int failures;

  FaultyDirectory(MockDirectoryWrapper directory, Random random) {
    super(directory);
    this.random = random;
    directory.failOn(
        new MockDirectoryWrapper.Failure() {
          @Override
          public void eval(MockDirectoryWrapper ignored) throws IOException {
            maybeFail("operation");
          }
        });
  }

  /** How often an operation fails, from now on. */
  void rate(double failing) {
    rate = failing;
  }

  /** How many operations have failed. */
  int failures() {
    return failures;
  }

  private synchronized void maybeFail(String what) throws IOException {
    if (rate > 0 && random.nextDouble() < rate) {
      failures++;
      throw new IOException("the disk failed: " + what);
    }
  }

  @Override
  public IndexInput openInput(String name, IOContext context) throws IOException {
    return new FaultyInput(super.openInput(name, context));
  }

  private final class FaultyInput extends FilterIndexInput {

    FaultyInput(IndexInput input) {
      super(input.toString(), input);
    }

    @Override
    public byte readByte() throws IOException {
      maybeFail("read");
      return super.readByte();
    }

    @Override
    public void readBytes(byte[] bytes, int offset, int length) throws IOException {
      maybeFail("read");
      super.readBytes(bytes, offset, length);
    }

    @Override
    public IndexInput slice(String description, long offset, long length) throws IOException {
      return new FaultyInput(in.slice(description, offset, length));
    }

    @Override
    public IndexInput clone() {
      return new FaultyInput(in.clone());
    }
  }
}
