package io.curlew.demo.index;

import io.curlew.demo.console.BadInputException;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.Lock;
import org.apache.lucene.store.LockObtainFailedException;

/**
 * A lock of the operating system on an empty file, so that what a killed process leaves locks
 * nothing. The file is removed when the lock is given back; whoever has opened it before sees that
 * it is another one by then, and tries again.
 */
final class IndexLock implements AutoCloseable {

  private static final int ATTEMPTS = 1000;

  private final Path file;
  private final FSDirectory directory;
  private final List<Path> madeDirectories;
  private final Lock lock;

  private IndexLock(Path file, FSDirectory directory, List<Path> madeDirectories, Lock lock) {
    this.file = file;
    this.directory = directory;
    this.madeDirectories = madeDirectories;
    this.lock = lock;
  }

  /**
   * Takes a lock; directories that are missing are made.
   *
   * @throws BadInputException if another has it, or the file is somebody's
   */
  static IndexLock take(Path file) throws IOException {
    requireFree(file);
    Path parent = file.resolveSibling(".").normalize();
    for (int attempt = 1; ; attempt++) {
      List<Path> missing = new ArrayList<>();
      for (Path path = parent; path != null && !Files.exists(path); path = path.getParent()) {
        missing.add(path);
      }
      try {
        FSDirectory directory = FSDirectory.open(parent);
        Lock lock = directory.obtainLock(file.getFileName().toString());
        if (isOfFile(lock)) {
          return new IndexLock(file, directory, missing, lock);
        }
        lock.close();
      } catch (LockObtainFailedException e) {
        throw new BadInputException(
            "index must be written by one process at a time, another holds: " + file);
      } catch (NoSuchFileException | FileAlreadyExistsException e) {
        if (attempt == ATTEMPTS) { // else another has just removed or made it
          throw e;
        }
      }
    }
  }

  private static void requireFree(Path file) throws IOException {
    try {
      BasicFileAttributes there =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (!there.isRegularFile() || there.size() > 0) {
        throw new BadInputException("lock file must be new or empty, got: " + file);
      }
    } catch (NoSuchFileException e) {
      // so it is new
    }
  }

  /** Whether a lock is of the file that is there now. */
  private static boolean isOfFile(Lock lock) throws IOException {
    try {
      lock.ensureValid();
      return true;
    } catch (NoSuchFileException | AlreadyClosedException e) {
      return false;
    }
  }

  /** Gives the lock back, and removes its file and the directories made for it that are empty. */
  @Override
  public void close() throws IOException {
    try (directory;
        lock) {
      if (isOfFile(lock)) {
        Files.delete(file);
      }
      for (Path made : madeDirectories) {
        Files.deleteIfExists(made);
      }
    } catch (DirectoryNotEmptyException e) {
      // they are used
    }
  }
}
