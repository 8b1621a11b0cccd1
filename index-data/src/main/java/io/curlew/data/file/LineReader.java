package io.curlew.data.file;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The non-blank lines of a UTF-8 text, with their numbers. Lines are decoded one by one, so that a
 * byte that is not UTF-8 can be told with its line. Line ends are LF or CRLF; a byte order mark is
 * dropped.
 */
public final class LineReader implements Closeable {
  private static final int BUFFER_BYTES = 1 << 16;

  private final InputStream in;
  private final String source;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
  private int position;
  private int limit;
  private long number;

  private LineReader(InputStream in, String source) {
    this.in = in;
    this.source = source;
  }

  public static LineReader open(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw MalformedDataException.in(
          file, "file must exist", Files.exists(file) ? "a directory" : "no such file");
    }
    return new LineReader(Files.newInputStream(file), file.toString());
  }

  /** Takes over {@code in}; {@code source} is its name in errors. */
  public static LineReader of(InputStream in, String source) {
    return new LineReader(in, source);
  }

  /** The next line that is not blank, without its line end, or null at the end. */
  public @Nullable String next() throws IOException {
    while (fillLine()) {
      number++;
      String text = decode();
      if (number == 1 && text.startsWith("\uFEFF")) {
        text = text.substring(1);
      }
      if (!text.isBlank()) {
        return text;
      }
    }
    return null;
  }

  /** The 1-based number of the line last returned. */
  public long number() {
    return number;
  }

  /** A fault on the line last returned. */
  public MalformedDataException malformed(String rule, String value) {
    return MalformedDataException.at(source, number, rule, value);
  }

  /** A fault of the text as a whole. */
  public MalformedDataException malformedWhole(String rule, String value) {
    return MalformedDataException.in(source, rule, value);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /** Puts the bytes up to the next LF into {@code line}; false at the end of the text. */
  private boolean fillLine() throws IOException {
    line.reset();
    while (true) {
      if (position == limit) {
        position = 0;
        limit = Math.max(0, in.read(buffer));
        if (limit == 0) {
          return line.size() > 0;
        }
      }
      int start = position;
      while (position < limit && buffer[position] != '\n') {
        position++;
      }
      line.write(buffer, start, position - start);
      if (position < limit) {
        position++;
        return true;
      }
    }
  }

  private String decode() throws MalformedDataException {
    byte[] bytes = line.toByteArray();
    int length = bytes.length;
    if (length > 0 && bytes[length - 1] == '\r') {
      length--;
    }
    ByteBuffer encoded = ByteBuffer.wrap(bytes, 0, length);
    try {
      return decoder.decode(encoded).toString();
    } catch (CharacterCodingException e) {
      int bad = Math.min(encoded.position(), length - 1);
      MalformedDataException malformed =
          malformed(
              "line must be valid UTF-8",
              "byte 0x" + HexFormat.of().toHexDigits(bytes[bad]) + " at column " + (bad + 1));
      malformed.initCause(e);
      throw malformed;
    }
  }
}
