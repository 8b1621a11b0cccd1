package io.curlew.cur.model;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.curlew.file.DurableFile;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Exact scores by model, query and document content, up to a number of them; the least valuable go
 * first. Memory: about 100 bytes a score. With a path it is read when opened and written by {@link
 * #save}, so that it survives a restart. Safe for use by several threads.
 *
 * <p>File: magic {@code CURLEWSC} (8 bytes), version (int), number of scores (int), for each the
 * key (two longs) and the score (float), then CRC-32C of everything before it (int). A key is the
 * first half of a SHA-256 of the three texts: no two of them ever met.
 */
public final class ScoreCache {

  private static final byte[] MAGIC = "CURLEWSC".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;

  private final Cache<Key, Float> scores;
  private final @Nullable Path file;

  private ScoreCache(int size, @Nullable Path file) {
    this.scores = Caffeine.newBuilder().maximumSize(size).executor(Runnable::run).build();
    this.file = file;
  }

  /**
   * A cache in memory.
   *
   * @param size the largest number of scores kept, at least 1
   */
  public static ScoreCache inMemory(int size) {
    checkSize(size);
    return new ScoreCache(size, null);
  }

  /**
   * A cache that starts with what an earlier one saved, if the file is there.
   *
   * @throws IOException if the file is no such cache, is truncated or damaged
   */
  public static ScoreCache open(Path file, int size) throws IOException {
    checkSize(size);
    ScoreCache cache = new ScoreCache(size, file);
    if (Files.exists(file)) {
      try (InputStream stream = Files.newInputStream(file)) {
        cache.add(stream, file.toString());
      }
    }
    return cache;
  }

  private static void checkSize(int size) {
    if (size < 1) {
      throw new IllegalArgumentException("size must be at least 1, got: " + size);
    }
  }

  /** The score of a pair, or null if it is not known. */
  @Nullable Float get(String model, String query, String document) {
    return scores.getIfPresent(Key.of(model, query, document));
  }

  void put(String model, String query, String document, float score) {
    scores.put(Key.of(model, query, document), score);
  }

  /** The number of scores kept. */
  public long size() {
    scores.cleanUp();
    return scores.estimatedSize();
  }

  /**
   * Writes the scores at once, see {@link DurableFile}: the file is whole, or what it was.
   *
   * @throws IllegalStateException if the cache was made without a path
   */
  public void save() throws IOException {
    Path target = file;
    if (target == null) {
      throw new IllegalStateException("cache must have a path to be saved, it is in memory");
    }
    Map<Key, Float> snapshot = Map.copyOf(scores.asMap());
    DurableFile.replace(target, stream -> write(snapshot, stream));
  }

  private static void write(Map<Key, Float> snapshot, OutputStream stream) throws IOException {
    CheckedOutputStream checked = new CheckedOutputStream(stream, new CRC32C());
    DataOutputStream out = new DataOutputStream(checked);
    out.write(MAGIC);
    out.writeInt(VERSION);
    out.writeInt(snapshot.size());
    for (Map.Entry<Key, Float> entry : snapshot.entrySet()) {
      out.writeLong(entry.getKey().high);
      out.writeLong(entry.getKey().low);
      out.writeFloat(entry.getValue());
    }
    out.flush();
    new DataOutputStream(stream).writeInt((int) checked.getChecksum().getValue());
  }

  /**
   * Adds what another cache has saved: scores that came with a model, for instance.
   *
   * @param stream a whole file, which is not closed
   * @param name of it, for errors
   * @throws IOException if it is no such cache, is truncated or damaged; then nothing is added
   */
  public void add(InputStream stream, String name) throws IOException {
    try {
      CheckedInputStream checked =
          new CheckedInputStream(new BufferedInputStream(stream), new CRC32C());
      DataInputStream in = new DataInputStream(checked);
      byte[] magic = in.readNBytes(MAGIC.length);
      if (!MessageDigest.isEqual(magic, MAGIC)) {
        throw new IOException(name + ": not a score cache: it must start with CURLEWSC");
      }
      int version = in.readInt();
      if (version != VERSION) {
        throw new IOException(name + ": version must be " + VERSION + ", got: " + version);
      }
      int count = in.readInt();
      if (count < 0) {
        throw new IOException(name + ": scores must be at least 0, got: " + count);
      }
      Map<Key, Float> saved = new HashMap<>();
      for (int i = 0; i < count; i++) {
        saved.put(new Key(in.readLong(), in.readLong()), in.readFloat());
      }
      int computed = (int) checked.getChecksum().getValue();
      if (in.readInt() != computed) {
        throw new IOException(name + ": damaged, its checksum does not match");
      }
      if (in.read() >= 0) {
        throw new IOException(name + ": must end after " + count + " scores, and goes on");
      }
      scores.putAll(saved);
    } catch (EOFException e) {
      throw new IOException(name + ": truncated", e);
    }
  }

  private record Key(long high, long low) {
    static Key of(String model, String query, String document) {
      try {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (String text : new String[] {model, query, document}) {
          byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
          digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
          digest.update(bytes);
        }
        ByteBuffer hash = ByteBuffer.wrap(digest.digest());
        return new Key(hash.getLong(), hash.getLong());
      } catch (NoSuchAlgorithmException e) {
        throw new AssertionError("every Java platform has SHA-256", e);
      }
    }
  }
}
