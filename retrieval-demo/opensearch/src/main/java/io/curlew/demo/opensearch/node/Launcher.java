package io.curlew.demo.opensearch.node;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.opensearch.Version;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.plugins.PluginInfo;
import org.opensearch.transport.Netty4ModulePlugin;

/**
 * Starts a node of OpenSearch; says {@code ready} on standard output, and stops when standard input
 * ends, as it does when whoever started it is gone. Settings come from {@code
 * config/opensearch.yml} and plugins from {@code plugins} below its home, as in any OpenSearch; the
 * transport, which a distribution has as a module, is on the class path.
 */
public final class Launcher {

  private Launcher() {}

  /**
   * Runs a node.
   *
   * @param args its home
   */
  public static void main(String[] args) throws Exception {
    Path home = Path.of(args[0]).toAbsolutePath();
    Settings settings =
        Settings.builder()
            .put("path.home", home.toString())
            .put("transport.type", Netty4ModulePlugin.NETTY_TRANSPORT_NAME)
            .put("http.type", Netty4ModulePlugin.NETTY_HTTP_TRANSPORT_NAME)
            .build();
    Environment environment =
        InternalSettingsPreparer.prepareEnvironment(
            settings, Map.of(), home.resolve("config"), () -> home.getFileName().toString());
    try (Server node = new Server(environment)) {
      node.start();
      System.out.println("ready");
      while (System.in.read() >= 0) {} // until whoever started it closes its end
    }
    System.exit(0);
  }

  private static final class Server extends Node {
    Server(Environment environment) {
      super(
          environment,
          List.of(
              new PluginInfo(
                  "transport-netty4",
                  "of the class path",
                  "NA",
                  Version.CURRENT,
                  "21",
                  Netty4ModulePlugin.class.getName(),
                  null,
                  List.of(),
                  false)),
          true);
    }
  }
}
