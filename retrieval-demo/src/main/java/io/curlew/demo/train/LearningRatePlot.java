package io.curlew.demo.train;

import io.curlew.data.file.WholeFile;
import java.awt.Color;
import java.awt.Graphics;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Learning rate against batch size: predictions with their bands, and measured optima with their
 * errors.
 */
public final class LearningRatePlot {
  private static final Color[] COLOURS = {
    new Color(0x1f77b4), new Color(0xd62728), new Color(0x2ca02c), new Color(0x9467bd)
  };

  private static final double FARTHEST = 30;
  private static final int COLUMNS = 3;
  private static final int WIDTH = 640;
  private static final int HEIGHT = 480;

  /**
   * One panel.
   *
   * @param curves one per epsilon
   */
  public record Panel(String title, List<Curve> curves) {}

  /**
   * One epsilon.
   *
   * @param batches where the prediction is drawn
   * @param rates its values
   * @param low end of its band
   * @param high end
   * @param points measured optima, or none
   */
  record Curve(
      String name,
      double[] batches,
      double[] rates,
      double[] low,
      double[] high,
      List<Point> points) {}

  /** A measured optimum, above 0. */
  record Point(double batch, StepSearch found) {}

  private LearningRatePlot() {}

  /** Writes a PNG with the panels, three in a row. */
  public static void write(List<Panel> panels, Path file) throws IOException {
    System.setProperty("java.awt.headless", "true");
    List<XYChart> charts = new ArrayList<>();
    panels.forEach(panel -> charts.add(chart(panel)));
    WholeFile.write(file, out -> ImageIO.write(sheet(charts), "png", out));
  }

  private static BufferedImage sheet(List<XYChart> charts) {
    int rows = (charts.size() + COLUMNS - 1) / COLUMNS;
    BufferedImage image =
        new BufferedImage(
            Math.min(COLUMNS, charts.size()) * WIDTH, rows * HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics graphics = image.getGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
    for (int i = 0; i < charts.size(); i++) {
      graphics.drawImage(
          BitmapEncoder.getBufferedImage(charts.get(i)),
          i % COLUMNS * WIDTH,
          i / COLUMNS * HEIGHT,
          null);
    }
    graphics.dispose();
    return image;
  }

  /** The end of a band or an interval; one that has none is drawn that far. */
  private static double within(double end, double rate) {
    return Math.max(rate / FARTHEST, Math.min(rate * FARTHEST, end));
  }

  private static XYChart chart(Panel panel) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(panel.title())
            .xAxisTitle("batch size")
            .yAxisTitle("learning rate: lines predicted, dots found")
            .build();
    chart.getStyler().setXAxisLogarithmic(true);
    chart.getStyler().setYAxisLogarithmic(true);
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideS);
    chart.getStyler().setLegendLayout(Styler.LegendLayout.Horizontal);
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    int colour = 0;
    for (Curve curve : panel.curves()) {
      Color used = COLOURS[colour++ % COLOURS.length];
      XYSeries line = chart.addSeries(curve.name(), curve.batches(), curve.rates());
      line.setMarker(SeriesMarkers.NONE).setLineColor(used).setLineStyle(SeriesLines.SOLID);
      for (double[] end : List.of(curve.low(), curve.high())) {
        double[] drawn = new double[end.length];
        Arrays.setAll(drawn, i -> within(end[i], curve.rates()[i]));
        String name = curve.name() + (end == curve.low() ? ", low" : ", high");
        XYSeries band = chart.addSeries(name, curve.batches(), drawn);
        band.setMarker(SeriesMarkers.NONE).setLineColor(used).setShowInLegend(false);
        band.setLineStyle(SeriesLines.DASH_DASH);
      }
      if (!curve.points().isEmpty()) {
        double[] x = curve.points().stream().mapToDouble(Point::batch).toArray();
        double[] y = curve.points().stream().mapToDouble(point -> point.found().rate()).toArray();
        for (Point point : curve.points()) {
          // Errors are not symmetric, so that each is a line of its own.
          double[] at = {point.batch(), point.batch()};
          double[] ends = {
            within(point.found().low(), point.found().rate()),
            within(point.found().high(), point.found().rate())
          };
          XYSeries error = chart.addSeries(curve.name() + " error at " + point.batch(), at, ends);
          error.setMarker(SeriesMarkers.NONE).setLineColor(used).setShowInLegend(false);
        }
        XYSeries points = chart.addSeries(curve.name() + ", found", x, y);
        points.setShowInLegend(false);
        points.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
        points.setMarker(SeriesMarkers.CIRCLE).setMarkerColor(used);
      }
    }
    return chart;
  }
}
