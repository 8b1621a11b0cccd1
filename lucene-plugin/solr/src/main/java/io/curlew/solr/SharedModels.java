package io.curlew.solr;

import io.curlew.cur.model.BoundedModel;
import io.curlew.cur.model.InteractionModel;
import io.curlew.cur.model.ModelFactory;
import java.io.Closeable;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.solr.common.SolrException;
import org.apache.solr.common.SolrException.ErrorCode;
import org.apache.solr.core.CoreContainer;
import org.apache.solr.core.SolrResourceLoader;

/**
 * The models of a node: loaded once, shared by all cores that ask for the same, closed when the
 * last one lets go. What is the same, {@link ModelFactory#identity} says before loading and the
 * fingerprint after it.
 */
final class SharedModels implements Closeable {

  /** At once, of one model: more than a node searches; calls that were given up count. */
  private static final int MOST_CALLS = 128;

  private final Map<String, Shared> byIdentity = new HashMap<>();

  private SharedModels() {}

  /**
   * The models of a node, kept in its object cache; one set for each class loader of the plugin.
   */
  static SharedModels of(CoreContainer container) {
    String key = SharedModels.class.getName() + '@' + System.identityHashCode(SharedModels.class);
    return container
        .getObjectCache()
        .computeIfAbsent(key, SharedModels.class, ignored -> new SharedModels());
  }

  /**
   * Takes a share of a model, opened if no core has it.
   *
   * @param factoryName the class of a {@link ModelFactory} on the loader's class path
   * @throws SolrException if the factory is not there or cannot open the model
   */
  synchronized Lease acquire(
      SolrResourceLoader loader, String factoryName, Map<String, String> arguments) {
    ModelFactory factory = factory(loader, factoryName);
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(factory.getClass().getClassLoader()); // libraries look there
    try {
      String identity = factory.identity(arguments);
      Shared shared = byIdentity.get(identity);
      if (shared == null) {
        shared = sameModel(new BoundedModel(factory.open(arguments), MOST_CALLS));
        byIdentity.put(identity, shared);
      }
      shared.users++;
      return new Lease(this, shared);
    } catch (IOException | RuntimeException e) {
      throw new SolrException(
          ErrorCode.SERVER_ERROR,
          "model of " + factoryName + arguments + " cannot be opened: " + e.getMessage(),
          e);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static ModelFactory factory(SolrResourceLoader loader, String name) {
    try {
      return loader.newInstance(name, ModelFactory.class);
    } catch (ClassCastException e) {
      throw new SolrException(
          ErrorCode.SERVER_ERROR,
          "class of a model must be a " + ModelFactory.class.getName() + ", got: " + name,
          e);
    }
  }

  /** A model just opened, or one that is the same and open already. */
  private Shared sameModel(InteractionModel opened) {
    for (Shared shared : byIdentity.values()) {
      if (shared.model.fingerprint().equals(opened.fingerprint())) {
        close(opened);
        return shared;
      }
    }
    return new Shared(opened);
  }

  private synchronized void release(Shared shared) {
    shared.users--;
    // gone already if the node has stopped
    if (shared.users == 0 && byIdentity.values().removeIf(other -> other == shared)) {
      close(shared.model);
    }
  }

  private static void close(InteractionModel model) {
    try {
      model.close();
    } catch (Exception e) {
      throw new SolrException(
          ErrorCode.SERVER_ERROR, "model cannot be closed: " + e.getMessage(), e);
    }
  }

  /** The number of models that are open. */
  synchronized int open() {
    return (int) byIdentity.values().stream().distinct().count();
  }

  /** Closes what cores left open when the node stops. */
  @Override
  public synchronized void close() {
    byIdentity.values().stream().distinct().forEach(shared -> close(shared.model));
    byIdentity.clear();
  }

  private static final class Shared {
    final InteractionModel model;
    int users;

    Shared(InteractionModel model) {
      this.model = model;
    }
  }

  /** A share of a model; closing it more than once does nothing. */
  static final class Lease implements Closeable {
    private final SharedModels models;
    private final Shared shared;
    private boolean closed;

    private Lease(SharedModels models, Shared shared) {
      this.models = models;
      this.shared = shared;
    }

    InteractionModel model() {
      return shared.model;
    }

    @Override
    public synchronized void close() {
      if (!closed) {
        closed = true;
        models.release(shared);
      }
    }
  }
}
