package io.curlew.attention.remote;

import io.curlew.cur.model.InteractionModel;
import io.curlew.cur.model.ModelArguments;
import io.curlew.cur.model.ModelFactory;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Opens a {@link RemoteModel} from a configuration. Arguments:
 *
 * <ul>
 *   <li>{@code address}: {@code https://HOST/v1/rerank#MODEL}, or {@code /v2/rerank}, for the
 *       format of Cohere and Jina; any other path for that of text-embeddings-inference. The
 *       model's name is required: where the model behind an address changes, its name must
 *   <li>{@code token}: the name of the environment's variable that holds the bearer token; optional
 *   <li>{@code batch}, {@code parallel}, {@code retries}, {@code timeoutSeconds}: as in {@link
 *       RemoteOptions}; optional
 * </ul>
 */
public final class RemoteFactory implements ModelFactory {

  private static final String ADDRESS = "address";
  private static final String TOKEN = "token";
  private static final String BATCH = "batch";
  private static final String PARALLEL = "parallel";
  private static final String RETRIES = "retries";
  private static final String TIMEOUT = "timeoutSeconds";
  private static final Set<String> KNOWN =
      Set.of(ADDRESS, TOKEN, BATCH, PARALLEL, RETRIES, TIMEOUT);

  /** For whoever has the name of this class in a configuration. */
  public RemoteFactory() {}

  /**
   * Opens the model of an address with a model name.
   *
   * @param token or null
   * @throws IllegalArgumentException if it is none
   */
  public static RemoteModel open(String address, @Nullable String token) {
    URI uri = uri(address);
    return RemoteModel.open(withoutName(uri), options(uri).withToken(token));
  }

  @Override
  public InteractionModel open(Map<String, String> arguments) {
    ModelArguments.check("remote", arguments, KNOWN);
    URI uri = uri(String.valueOf(arguments.get(ADDRESS)));
    RemoteOptions options = options(uri);
    options =
        options
            .withBatch(
                ModelArguments.number(arguments, BATCH, options.batch()),
                ModelArguments.number(arguments, PARALLEL, options.parallel()))
            .withTimeout(
                Duration.ofSeconds(
                    ModelArguments.number(arguments, TIMEOUT, (int) options.timeout().toSeconds())),
                ModelArguments.number(arguments, RETRIES, options.retries()));
    String variable = arguments.get(TOKEN);
    if (variable != null) {
      String token = System.getenv(variable);
      if (token == null) {
        throw new IllegalArgumentException(
            "token must name a variable of the environment, got: " + variable);
      }
      options = options.withToken(token);
    }
    return RemoteModel.open(withoutName(uri), options);
  }

  private static URI uri(String address) {
    try {
      URI uri = new URI(address);
      if (uri.getFragment() == null || uri.getFragment().isBlank()) {
        throw new IllegalArgumentException(
            "address of a remote model must end with # and the model's name, got: " + address);
      }
      return uri;
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("address of a remote model must be one: " + e, e);
    }
  }

  private static URI withoutName(URI uri) {
    String address = uri.toString();
    return URI.create(address.substring(0, address.indexOf('#')));
  }

  private static RemoteOptions options(URI uri) {
    String path = String.valueOf(uri.getPath());
    RemoteFormat format =
        path.matches(".*/v\\d+/rerank/?") ? RemoteFormat.RERANK : RemoteFormat.TEXTS;
    return RemoteOptions.of(format, uri.getFragment());
  }
}
