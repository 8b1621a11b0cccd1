package io.curlew.testing;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Inputs made from good ones: bits turned, lengths and numbers set to extremes, cut, spliced,
 * repeated, swollen, thinned.
 */
public final class Mutations {

  private static final int[] EXTREMES = {
    0, 1, -1, 127, 128, 255, 65_535, 1 << 20, 1 << 28, Integer.MAX_VALUE, Integer.MIN_VALUE
  };

  private Mutations() {}

  /** Repairs what would keep a damaged input from being read further. */
  public interface Seal {
    byte[] apply(byte[] bytes);
  }

  /**
   * Damages one of some inputs, up to six times.
   *
   * @param seal applied to half of them
   */
  public static byte[] of(List<byte[]> seeds, Seal seal, Random random) {
    byte[] bytes = seeds.get(random.nextInt(seeds.size())).clone();
    for (int step = random.nextInt(6); step >= 0; step--) {
      bytes = mutate(bytes, seeds, random);
    }
    return random.nextBoolean() ? seal.apply(bytes) : bytes;
  }

  /** The bytes of texts, to be damaged. */
  public static List<byte[]> texts(String... texts) {
    return Arrays.stream(texts).map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
  }

  private static byte[] mutate(byte[] bytes, List<byte[]> seeds, Random random) {
    if (bytes.length < 8) {
      return seeds.get(random.nextInt(seeds.size())).clone();
    }
    int at = random.nextInt(bytes.length);
    switch (random.nextInt(9)) {
      case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bytes[at] = (byte) random.nextInt(256);
      case 2 -> {
        int value = EXTREMES[random.nextInt(EXTREMES.length)];
        int from = Math.min(at, bytes.length - 4);
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        buffer.putInt(from, random.nextBoolean() ? value : Integer.reverseBytes(value));
      }
      case 3 -> {
        return Arrays.copyOf(bytes, at);
      }
      case 4 -> {
        byte[] other = seeds.get(random.nextInt(seeds.size()));
        int from = random.nextInt(other.length);
        byte[] spliced = Arrays.copyOf(bytes, at + other.length - from);
        System.arraycopy(other, from, spliced, at, other.length - from);
        return spliced;
      }
      case 5 -> {
        int length = Math.min(1 + random.nextInt(40), bytes.length - at);
        byte[] repeated = new byte[bytes.length + length];
        System.arraycopy(bytes, 0, repeated, 0, at + length);
        System.arraycopy(bytes, at, repeated, at + length, bytes.length - at);
        return repeated;
      }
      case 6 -> {
        byte[] swollen = new byte[bytes.length + 1 + random.nextInt(2000)];
        System.arraycopy(bytes, 0, swollen, 0, at);
        byte filling = "[{\"9a\n\t \0".getBytes(StandardCharsets.UTF_8)[random.nextInt(9)];
        Arrays.fill(swollen, at, at + swollen.length - bytes.length, filling);
        System.arraycopy(bytes, at, swollen, at + swollen.length - bytes.length, bytes.length - at);
        return swollen;
      }
      case 7 -> {
        return number(bytes, random);
      }
      default -> {
        int length = Math.min(1 + random.nextInt(20), bytes.length - at);
        byte[] shorter = new byte[bytes.length - length];
        System.arraycopy(bytes, 0, shorter, 0, at);
        System.arraycopy(bytes, at + length, shorter, at, bytes.length - at - length);
        return shorter;
      }
    }
    return bytes;
  }

  /** Puts another number for one that is written in digits. */
  private static byte[] number(byte[] bytes, Random random) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    Matcher digits = Pattern.compile("[0-9]+").matcher(text);
    int from = random.nextInt(text.length());
    if (!digits.find(from)) {
      return bytes;
    }
    String[] others = {
      "2147483647",
      "2147483648",
      "-1",
      "-2147483648",
      "9223372036854775807",
      "1e308",
      "NaN",
      "0",
      "1073741824",
      "99999999999999999999",
      "null",
      "\"x\"",
      "[]"
    };
    String changed =
        text.substring(0, digits.start())
            + others[random.nextInt(others.length)]
            + text.substring(digits.end());
    return changed.getBytes(StandardCharsets.ISO_8859_1);
  }
}
