package io.curlew.attention;

/** Arguments of the harnesses, which Maven hands over in a system property. */
public final class Measurement {
  private Measurement() {}

  /** Those of the command line, else those of {@code -Dmeasurement.arguments}, by commas. */
  public static String[] arguments(String[] commandLine) {
    String property = System.getProperty("measurement.arguments", "");
    return commandLine.length > 0 || property.isEmpty() ? commandLine : property.split(",", -1);
  }
}
