package io.curlew.demo.train;

import io.curlew.data.file.WholeFile;
import java.awt.Color;
import java.awt.Graphics;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Learning rate against batch size: the law's curves, and measured optima with their errors. */
public final class LearningRatePlot {
  private static final Color[] COLOURS = {
    new Color(0x1f77b4), new Color(0xd62728), new Color(0x2ca02c), new Color(0x9467bd)
  };

  /**
   * One panel.
   *
   * @param curves one per epsilon
   */
  public record Panel(String title, List<Curve> curves) {}

  /**
   * One epsilon.
   *
   * @param batches where the law is drawn
   * @param rates its values
   * @param points measured optima, or none
   */
  record Curve(String name, double[] batches, double[] rates, List<Point> points) {}

  /** A measured optimum. */
  record Point(double batch, StepSearch found) {}

  private LearningRatePlot() {}

  /** Writes a PNG with the panels side by side. */
  public static void write(List<Panel> panels, Path file) throws IOException {
    System.setProperty("java.awt.headless", "true");
    List<XYChart> charts = new ArrayList<>();
    panels.forEach(panel -> charts.add(chart(panel)));
    WholeFile.write(file, out -> ImageIO.write(sideBySide(charts), "png", out));
  }

  private static BufferedImage sideBySide(List<XYChart> charts) {
    int height = charts.stream().mapToInt(XYChart::getHeight).max().orElse(1);
    int width = charts.stream().mapToInt(XYChart::getWidth).sum();
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics graphics = image.getGraphics();
    int x = 0;
    for (XYChart chart : charts) {
      graphics.drawImage(BitmapEncoder.getBufferedImage(chart), x, 0, null);
      x += chart.getWidth();
    }
    graphics.dispose();
    return image;
  }

  private static XYChart chart(Panel panel) {
    XYChart chart =
        new XYChartBuilder()
            .width(640)
            .height(480)
            .title(panel.title())
            .xAxisTitle("batch size")
            .yAxisTitle("learning rate")
            .build();
    chart.getStyler().setXAxisLogarithmic(true);
    chart.getStyler().setYAxisLogarithmic(true);
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideS);
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    int colour = 0;
    for (Curve curve : panel.curves()) {
      Color used = COLOURS[colour++ % COLOURS.length];
      XYSeries law = chart.addSeries("law, " + curve.name(), curve.batches(), curve.rates());
      law.setMarker(SeriesMarkers.NONE).setLineColor(used);
      if (!curve.points().isEmpty()) {
        double[] x = curve.points().stream().mapToDouble(Point::batch).toArray();
        double[] y = curve.points().stream().mapToDouble(point -> point.found().rate()).toArray();
        for (Point point : curve.points()) {
          // Errors are not symmetric, so that each is a line of its own.
          double[] at = {point.batch(), point.batch()};
          double[] ends = {point.found().low(), point.found().high()};
          XYSeries error = chart.addSeries(curve.name() + " error at " + point.batch(), at, ends);
          error.setMarker(SeriesMarkers.NONE).setLineColor(used).setShowInLegend(false);
        }
        XYSeries points = chart.addSeries("search, " + curve.name(), x, y);
        points.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
        points.setMarker(SeriesMarkers.CIRCLE).setMarkerColor(used);
      }
    }
    return chart;
  }
}
