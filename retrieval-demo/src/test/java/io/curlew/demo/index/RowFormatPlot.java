package io.curlew.demo.index;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;

/** Draws recall against the bytes of an anchor row, for each budget. */
final class RowFormatPlot {

  static final String HEADER = "format,bytes,budget,recall@10,standard error,recall@100";

  private static final List<String> FORMATS = List.of("floats", "int8", "1 bit", "codes");

  private RowFormatPlot() {}

  /**
   * A format and budget.
   *
   * @param bytes of a row, without the norm that every format has beside it
   * @param recall at 10 and at 100, by query
   */
  record Measured(String format, int bytes, int budget, double[][] recall) {
    double mean(int i) {
      return Arrays.stream(recall).mapToDouble(query -> query[i]).average().orElseThrow();
    }

    private double error() {
      double mean = mean(0);
      double squares = Arrays.stream(recall).mapToDouble(q -> Math.pow(q[0] - mean, 2)).sum();
      return Math.sqrt(squares) / recall.length;
    }

    String line() {
      return String.format(
          Locale.ROOT, "%s,%d,%d,%.4f,%.4f,%.4f", format, bytes, budget, mean(0), error(), mean(1));
    }
  }

  static void write(List<Measured> measured, Path file) throws IOException {
    System.setProperty("java.awt.headless", "true");
    List<XYChart> charts =
        IntStream.of(0, 1).mapToObj(i -> chart(measured, i)).toList(); // @10, @100
    BitmapEncoder.saveBitmap(charts, 1, 2, file.toString(), BitmapEncoder.BitmapFormat.PNG);
  }

  private static XYChart chart(List<Measured> measured, int measure) {
    int budget = measured.stream().mapToInt(Measured::budget).max().orElseThrow();
    XYChart chart =
        new XYChartBuilder()
            .width(640)
            .height(480)
            .title("WordNet, 20,000 documents, 400 anchors, " + budget + " calls")
            .xAxisTitle("bytes of an anchor row")
            .yAxisTitle(measure == 0 ? "recall@10" : "recall@100")
            .build();
    chart.getStyler().setXAxisLogarithmic(true);
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideS);
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    for (String format : FORMATS) {
      List<Measured> some =
          measured.stream()
              .filter(one -> one.format().equals(format) && one.budget() == budget)
              .sorted((a, b) -> Integer.compare(a.bytes(), b.bytes()))
              .toList();
      double[] bytes = some.stream().mapToDouble(Measured::bytes).toArray();
      double[] recall = some.stream().mapToDouble(one -> one.mean(measure)).toArray();
      double[] errors = measure == 0 ? some.stream().mapToDouble(Measured::error).toArray() : null;
      XYSeries series = chart.addSeries(format, bytes, recall, errors);
      series.setLineWidth(1.5f);
    }
    return chart;
  }
}
