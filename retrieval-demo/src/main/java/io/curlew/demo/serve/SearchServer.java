package io.curlew.demo.serve;

import io.curlew.demo.serve.Answers.Examples;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.http.MethodNotAllowedResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.FutureTask;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;

/**
 * Serves one index to browsers and programs of this machine. Requests are checked before anything
 * is done for them, and searches are admitted a few at a time. Thread-safe; stops cleanly on {@link
 * #close}.
 */
public final class SearchServer implements AutoCloseable {

  /** Only this machine can reach it. */
  private static final String HOST = "127.0.0.1";

  private static final Set<String> OWN_NAMES = Set.of("127.0.0.1", "localhost", "[::1]");
  private static final Set<String> QUESTION =
      Set.of("query", "method", "firstStage", "profile", "budget", "k");
  private static final Set<String> EXPLAIN =
      Set.of("query", "method", "firstStage", "profile", "budget", "k", "id");
  private static final Set<String> EXACT = Set.of("query", "profile");
  private static final int MAX_HEADER_BYTES = 8192;

  private final Limits limits;
  private final Admission admission;
  private final Searches searches;
  private final ExactRankings exact;
  private final IndexFacts facts;
  private final FutureTask<List<String>> examples;
  private final Javalin javalin;

  private SearchServer(ServedIndex index, Limits limits) throws IOException {
    this.limits = limits;
    this.admission = new Admission(limits.searches(), limits.waiting());
    this.searches = new Searches(index, limits, admission);
    this.exact = new ExactRankings(index, limits, admission);
    this.facts = new IndexFacts(index);
    this.examples = new FutureTask<>(index.examples()::get);
    Map<String, Page> pages = Page.all();
    this.javalin = Javalin.create(config -> configure(config, pages));
  }

  /**
   * Starts a server, which answers when this returns.
   *
   * @param port 0 for any that is free
   * @throws IOException if the port is taken
   */
  public static SearchServer start(ServedIndex index, int port) throws IOException {
    return start(index, port, Limits.DEFAULT);
  }

  static SearchServer start(ServedIndex index, int port, Limits limits) throws IOException {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port must be between 0 and 65535, got: " + port);
    }
    SearchServer server = new SearchServer(index, limits);
    try {
      server.javalin.start(HOST, port);
    } catch (io.javalin.util.JavalinException e) {
      throw new IOException("port must be free, got: " + port, e);
    }
    Thread.ofPlatform().daemon().name("curlew-examples").start(server.examples);
    return server;
  }

  /** Where it answers, as a browser wants it. */
  public String address() {
    return "http://" + HOST + ":" + port() + "/";
  }

  int port() {
    return javalin.port();
  }

  private void configure(JavalinConfig config, Map<String, Page> pages) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.startup.startupWatcherEnabled = false;
    config.concurrency.useVirtualThreads = true;
    config.http.prefer405over404 = true;
    config.http.compressionStrategy = io.javalin.compression.CompressionStrategy.NONE;
    config.jetty.modifyHttpConfiguration(SearchServer::configure);
    config.jetty.modifyServer(server -> server.setErrorHandler(new BadMessage()));
    config.routes.before(SearchServer::guard);
    pages.forEach((path, page) -> config.routes.get(path, context -> send(context, page)));
    addApi(config.routes);
    config.routes.exception(Exception.class, SearchServer::failed);
    config.routes.exception(HttpResponseException.class, SearchServer::failed); // else Javalin's
  }

  private static void configure(HttpConfiguration http) {
    http.setUriCompliance(UriCompliance.DEFAULT);
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(MAX_HEADER_BYTES);
  }

  private void addApi(RoutesConfig routes) {
    routes.get("/api/index", context -> get(context, events -> facts.answer(limits)));
    routes.get("/api/anchors", context -> get(context, events -> facts.anchors()));
    routes.get("/api/drift", context -> get(context, events -> facts.drift()));
    routes.get("/api/examples", context -> get(context, events -> new Examples(examples.get())));
    routes.post(
        "/api/search",
        context -> {
          Exchange exchange = new Exchange(context);
          Question question = Question.of(exchange.body(limits, QUESTION), limits);
          exchange.answer(events -> searches.search(question, events));
        });
    routes.post(
        "/api/exact",
        context -> {
          Exchange exchange = new Exchange(context);
          RequestBody body = exchange.body(limits, EXACT);
          String query = body.query(limits.queryLength());
          String profile = body.oneOf("profile", Question.PROFILES);
          exchange.answer(events -> exact.ranking(query, profile, events));
        });
    routes.post(
        "/api/explain",
        context -> {
          Exchange exchange = new Exchange(context);
          RequestBody body = exchange.body(limits, EXPLAIN);
          Question question = Question.of(body, limits);
          String id = body.text("id");
          exchange.answer(events -> searches.explain(question, id));
        });
  }

  private static void get(Context context, Exchange.Work work) throws Exception {
    Exchange exchange = new Exchange(context);
    exchange.refuseParameters();
    exchange.answer(work);
  }

  private static void send(Context context, Page page) {
    context.contentType(page.contentType());
    context.header("Cache-Control", "no-cache");
    context.result(page.bytes());
  }

  /** Headers for every answer; and a page elsewhere cannot ask through a name that it owns. */
  private static void guard(Context context) {
    context.header(
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
            + " connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'");
    context.header("X-Content-Type-Options", "nosniff");
    context.header("Referrer-Policy", "no-referrer");
    context.header("Cross-Origin-Resource-Policy", "same-origin");
    context.header("Cache-Control", "no-store");
    String host = Objects.requireNonNullElse(context.host(), "").replaceFirst(":\\d+$", "");
    if (!OWN_NAMES.contains(host)) {
      throw new ApiException(
          403, "host must be one of " + OWN_NAMES + ", got: " + ApiException.shown(host));
    }
  }

  private static void failed(Exception e, Context context) {
    if (e instanceof UncheckedIOException) {
      return; // the client has gone
    }
    if (e instanceof MethodNotAllowedResponse wrong) {
      context.header("Allow", String.join(", ", wrong.getDetails().values()));
    }
    try {
      new Exchange(context).error(Errors.answer(e));
    } catch (IOException writing) {
      throw new UncheckedIOException(writing);
    }
  }

  /** Refuses new searches, lets those under way end, and stops. */
  @Override
  public void close() {
    admission.close();
    javalin.stop();
  }
}
