package io.curlew.demo.evaluate;

import io.curlew.data.file.WholeFile;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The scores of some queries against some documents on disk, written while they are computed, so
 * that work that was killed goes on where it was. Its name holds what the scores depend on; it ends
 * in {@code .part} until they are whole.
 *
 * <p>File: magic {@code CURLEWEX} (8 bytes), version (int), the SHA-256 of model, queries and
 * documents (32 bytes), number of queries and of documents (ints). Then a block for every {@value
 * #BLOCK} documents: their scores (floats, by query), and the CRC-32C of these (int). A block that
 * is cut or damaged ends what is read, and is computed again.
 */
public final class ScoreFile implements AutoCloseable {

  /** Documents in a block, but for the last. */
  public static final int BLOCK = 512;

  private static final byte[] MAGIC = "CURLEWEX".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;
  private static final int HEADER = MAGIC.length + 3 * Integer.BYTES + 32;

  private final Path file;
  private final Path partial;
  private final byte[] header;
  private final int queries;
  private final int documents;
  private final FileChannel channel;

  private ScoreFile(Path directory, byte[] key, int queries, int documents) throws IOException {
    this.queries = queries;
    this.documents = documents;
    String name = "scores-" + HexFormat.of().formatHex(key, 0, 8);
    this.file = directory.resolve(name);
    this.partial = directory.resolve(name + ".part");
    this.header =
        ByteBuffer.allocate(HEADER)
            .put(MAGIC)
            .putInt(VERSION)
            .put(key)
            .putInt(queries)
            .putInt(documents)
            .array();
    Files.createDirectories(directory);
    if (Files.exists(file)) {
      Files.move(file, partial, StandardCopyOption.REPLACE_EXISTING);
    }
    this.channel =
        FileChannel.open(
            partial, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  /**
   * Opens the file of these scores in a directory, or begins it.
   *
   * @param model fingerprint of the model
   * @throws IOException if it is being written already
   */
  public static ScoreFile open(
      Path directory, String model, List<String> queries, List<String> documents)
      throws IOException {
    ScoreFile opened =
        new ScoreFile(directory, key(model, queries, documents), queries.size(), documents.size());
    boolean locked = false;
    try {
      locked = opened.channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      // somebody else in this process
    }
    if (!locked) {
      opened.channel.close();
      throw new IOException("scores must be written by one at a time: " + opened.partial);
    }
    return opened;
  }

  private static byte[] key(String model, List<String> queries, List<String> documents) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (List<String> texts : List.of(List.of(model), queries, documents)) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, texts.size()));
        for (String text : texts) {
          byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
          digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
          digest.update(bytes);
        }
      }
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /**
   * Reads what is there.
   *
   * @param scores {@code [queries][documents]}, to be filled
   * @return how many documents are known, a multiple of {@value #BLOCK} or all
   */
  public int read(float[][] scores) throws IOException {
    channel.position(0);
    int known = 0;
    // not closed: that would close the channel
    DataInputStream in =
        new DataInputStream(new BufferedInputStream(Channels.newInputStream(channel), 1 << 20));
    try {
      if (MessageDigest.isEqual(header, in.readNBytes(HEADER))) {
        while (known < documents && readBlock(in, scores, known)) {
          known = Math.min(documents, known + BLOCK);
        }
      }
    } catch (EOFException e) {
      // what was being written when the process ended
    }
    channel.truncate(known == 0 ? 0 : position(known));
    if (known == 0) {
      write(ByteBuffer.wrap(header), 0);
    }
    return known;
  }

  private boolean readBlock(DataInputStream in, float[][] scores, int from) throws IOException {
    int size = Math.min(BLOCK, documents - from);
    byte[] bytes = new byte[queries * size * Float.BYTES];
    in.readFully(bytes);
    if (in.readInt() != checksum(bytes)) {
      return false;
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    for (int q = 0; q < queries; q++) {
      buffer.asFloatBuffer().get(scores[q], from, size);
      buffer.position(buffer.position() + size * Float.BYTES);
    }
    return true;
  }

  /**
   * Writes a block behind what is known.
   *
   * @param from its first document
   */
  public void append(float[][] scores, int from, int to) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(queries * (to - from) * Float.BYTES);
    for (float[] row : scores) {
      for (int d = from; d < to; d++) {
        buffer.putFloat(row[d]);
      }
    }
    byte[] bytes = buffer.array();
    ByteBuffer block = ByteBuffer.allocate(bytes.length + Integer.BYTES);
    write(block.put(bytes).putInt(checksum(bytes)).flip(), position(from));
  }

  private void write(ByteBuffer buffer, long position) throws IOException {
    long at = position;
    while (buffer.hasRemaining()) {
      at += channel.write(buffer, at);
    }
  }

  /** Where the block of a document begins, or the end. */
  private long position(int document) {
    long checksums = (long) Math.ceilDiv(document, BLOCK) * Integer.BYTES;
    return HEADER + (long) document * queries * Float.BYTES + checksums;
  }

  private static int checksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  /** Ends the file: all scores are in it. */
  public void finish() throws IOException {
    channel.force(true);
    WholeFile.move(partial, file);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
