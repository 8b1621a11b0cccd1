package io.curlew.demo.serve;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The files of the page, from the class path, all of them known by name: what is asked for never
 * becomes a path.
 *
 * @param contentType what it is
 * @param bytes the file
 */
record Page(String contentType, byte[] bytes) {

  private static final String HTML = "text/html; charset=utf-8";
  private static final String SCRIPT = "text/javascript; charset=utf-8";

  /** All files by their path on the server. */
  static Map<String, Page> all() throws IOException {
    Map<String, Page> pages = new LinkedHashMap<>();
    pages.put("/", read("web/search.html", HTML));
    pages.put("/collection", read("web/collection.html", HTML));
    pages.put("/style.css", read("web/style.css", "text/css; charset=utf-8"));
    for (String module : new String[] {"api", "dom", "search", "results", "rounds", "explain"}) {
      pages.put("/" + module + ".js", read("web/" + module + ".js", SCRIPT));
    }
    pages.put("/collection.js", read("web/collection.js", SCRIPT));
    pages.put("/icon.svg", read("web/icon.svg", "image/svg+xml"));
    pages.put("/openapi.yaml", read("openapi.yaml", "application/yaml; charset=utf-8"));
    return pages;
  }

  private static Page read(String resource, String contentType) throws IOException {
    try (InputStream in = Page.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new FileNotFoundException(resource + " must be among the resources, it is not");
      }
      return new Page(contentType, in.readAllBytes());
    }
  }
}
