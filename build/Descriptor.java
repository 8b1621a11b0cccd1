import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;

/**
 * Marks a compiled module descriptor as one of Java 17. Maven's jar plugin runs the jar tool of the
 * JDK that Maven itself runs on, which refuses a class of a later version; nothing in a descriptor
 * is newer. The file keeps its time, so that nothing is compiled again for it.
 */
final class Descriptor {
  private static final int VERSION_AT = 6;
  private static final short JAVA_17 = 61;

  private Descriptor() {}

  public static void main(String[] args) throws IOException {
    Path file = Path.of(args[0]);
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer content = ByteBuffer.wrap(bytes);
    if (content.getShort(VERSION_AT) > JAVA_17) {
      FileTime time = Files.getLastModifiedTime(file);
      Files.write(file, content.putShort(VERSION_AT, JAVA_17).array());
      Files.setLastModifiedTime(file, time);
    }
  }
}
