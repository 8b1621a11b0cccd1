package io.curlew.demo.opensearch;

import io.curlew.demo.console.ShellCommands;

/** The commands to try an OpenSearch with, the ones of the guide. */
public final class OpenSearchGuide {

  private static final String TEXT = "\"query\": \"a bird that wades along the shore\"";

  private OpenSearchGuide() {}

  /**
   * The commands for an OpenSearch.
   *
   * @param url as {@code http://localhost:9200}
   */
  public static ShellCommands commands(String url) {
    String index = url + "/" + OpenSearchInstallation.INDEX;
    return new ShellCommands()
        .add(
            "The ten best of 200 model calls; ext.curlew in the answer is the trace",
            search(
                index,
                "\"query\": {\"curlew\": {\"field\": \"anchors\", \"budget\": 200, " + TEXT + "}}"))
        .add(
            "The best 500 of another query, re-ranked with 50 calls, over all shards together",
            search(
                index,
                "\"query\": {\"curlew\": {\"field\": \"anchors\", \"budget\": 50, \"window\": 500,"
                    + " \"first_stage\": {\"match\": {\"text\": \"bird shore\"}}, "
                    + TEXT
                    + "}}"))
        .add(
            "Among some documents only, within a second, explained",
            search(
                index,
                "\"timeout\": \"1s\", \"explain\": true, \"query\": {\"curlew\": {\"field\":"
                    + " \"anchors\", \"filter\": {\"match\": {\"text\": \"bird\"}}, "
                    + TEXT
                    + "}}"))
        .add(
            "Another document; its anchor row is computed",
            send(
                "-X PUT '" + index + "/_doc/mine?refresh=true'",
                "{\"text\": \"whimbrel: a wading bird of the shore\"}"))
        .add(
            "Its text changed; the row is computed again",
            send(
                "-X POST '" + index + "/_update/mine?refresh=true'",
                "{\"doc\": {\"text\": \"whimbrel: a smaller curlew\"}}"))
        .add(
            "A budget out of range: status 400 (without -f, to see the message)",
            search(
                    index,
                    "\"query\": {\"curlew\": {\"field\": \"anchors\", \"budget\": 0, "
                        + TEXT
                        + "}}")
                .replace("-sSf", "-sS"));
  }

  private static String search(String index, String request) {
    return send("'" + index + "/_search'", "{\"_source\": \"text\", " + request + "}");
  }

  private static String send(String where, String body) {
    return "curl -sSf " + where + " -H 'Content-Type: application/json' -d '" + body + "'";
  }
}
