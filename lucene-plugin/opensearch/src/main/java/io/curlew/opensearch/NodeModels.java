package io.curlew.opensearch;

import io.curlew.cur.model.BoundedModel;
import io.curlew.cur.model.InteractionModel;
import io.curlew.cur.model.ModelFactory;
import java.io.Closeable;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.logging.log4j.LogManager;
import org.opensearch.common.settings.Setting;
import org.opensearch.common.settings.Settings;

/**
 * The models of a node, by the names that its settings give them: {@code curlew.model.NAME.class}
 * is a {@link ModelFactory}, everything else below {@code curlew.model.NAME} is handed to it. Each
 * is opened when it is first needed, and closed with the node.
 */
final class NodeModels implements Closeable {

  static final Setting<Settings> SETTING =
      Setting.groupSetting("curlew.model.", Setting.Property.NodeScope);

  /** At once, of one model: more than a node searches; calls that were given up count. */
  private static final int MOST_CALLS = 128;

  private static final String CLASS = "class";

  private final Map<String, Configured> byName = new HashMap<>();
  private final Map<String, InteractionModel> open = new HashMap<>();

  private record Configured(ModelFactory factory, Map<String, String> arguments) {}

  /**
   * The models of a node's settings.
   *
   * @throws IllegalArgumentException if one names no factory
   */
  NodeModels(Settings settings) {
    SETTING
        .get(settings)
        .getAsGroups()
        .forEach(
            (name, model) -> {
              Map<String, String> arguments = new TreeMap<>();
              model.keySet().forEach(key -> arguments.put(key, model.get(key)));
              String factory = arguments.remove(CLASS);
              if (factory == null) {
                throw new IllegalArgumentException(
                    setting(name) + " must name a class of factory, got none");
              }
              byName.put(name, new Configured(factory(name, factory), arguments));
            });
  }

  private static String setting(String name) {
    return SETTING.getKey() + name + '.' + CLASS;
  }

  private static ModelFactory factory(String name, String className) {
    try {
      return Class.forName(className, true, NodeModels.class.getClassLoader())
          .asSubclass(ModelFactory.class)
          .getConstructor()
          .newInstance();
    } catch (ReflectiveOperationException | ClassCastException e) {
      throw new IllegalArgumentException(
          setting(name)
              + " must be a "
              + ModelFactory.class.getName()
              + " beside the plugin, with a constructor without parameters, got: "
              + className,
          e);
    }
  }

  /** Checks a name without opening the model. */
  void check(String name) {
    configured(name);
  }

  private Configured configured(String name) {
    Configured configured = byName.get(name);
    if (configured == null) {
      throw new IllegalArgumentException(
          "model must be one of the node's settings "
              + SETTING.getKey()
              + "NAME, "
              + byName.keySet().stream().sorted().toList()
              + ", got: "
              + name);
    }
    return configured;
  }

  /**
   * A model, opened if it is not; the caller does not close it.
   *
   * @throws IllegalArgumentException if the settings have none of this name
   * @throws IllegalStateException if it cannot be opened
   */
  synchronized InteractionModel get(String name) {
    return open.computeIfAbsent(name, this::open);
  }

  private InteractionModel open(String name) {
    Configured configured = configured(name);
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    // libraries look there
    thread.setContextClassLoader(configured.factory.getClass().getClassLoader());
    try {
      return new BoundedModel(configured.factory.open(configured.arguments), MOST_CALLS);
    } catch (IOException | RuntimeException e) {
      throw new IllegalStateException(
          "model " + name + " of " + setting(name) + " cannot be opened: " + e.getMessage(), e);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @Override
  public synchronized void close() {
    open.forEach(
        (name, model) -> {
          try {
            model.close();
          } catch (Exception e) {
            LogManager.getLogger(NodeModels.class).warn("model {} was not closed", name, e);
          }
        });
    open.clear();
  }
}
