package io.curlew.demo.solr;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** The commands to try a Solr with, the ones of the guide. */
public final class SolrGuide {

  private final Map<String, String> commands = new LinkedHashMap<>();

  /**
   * @param url of Solr, as {@code http://localhost:8983/solr}
   */
  public SolrGuide(String url) {
    String select = "curl -sSf '" + url + "/" + SolrInstallation.COLLECTION + "/select'";
    String update =
        "curl -sSf '" + url + "/" + SolrInstallation.COLLECTION + "/update?commit=true'";
    String text = " --data-urlencode 'text=a bird that wades along the shore'";
    commands.put(
        "The ten best of 200 model calls; \"cur\" in the answer is the trace",
        select + " --data-urlencode 'q={!cur f=anchors budget=200 v=$text}'" + text);
    commands.put(
        "The hits of another query, re-ranked with 50 calls",
        select
            + " --data-urlencode 'q={!edismax qf=text mm=0% v=$text}'"
            + " --data-urlencode 'rq={!curRerank f=anchors budget=50 v=$text}'"
            + text);
    commands.put(
        "Among some documents only, within a second, explained",
        select
            + " --data-urlencode 'q={!cur f=anchors budget=200 v=$text}'"
            + " -d 'fq=text:bird' -d timeAllowed=1000 -d debugQuery=true"
            + text);
    commands.put(
        "Another document; its anchor row is computed",
        update
            + " -H 'Content-Type: application/json'"
            + " -d '[{\"id\":\"mine\",\"text\":\"whimbrel: a wading bird of the shore\"}]'");
    commands.put(
        "Its text changed; the row is computed again",
        update
            + " -H 'Content-Type: application/json'"
            + " -d '[{\"id\":\"mine\",\"text\":{\"set\":\"whimbrel: a smaller curlew\"}}]'");
    commands.put(
        "A budget out of range: status 400 (without -f, to see the message)",
        select.replace("-sSf", "-sS")
            + " --data-urlencode 'q={!cur f=anchors budget=0 v=$text}'"
            + text);
  }

  /** The commands, each below what it is for. */
  public String text() {
    StringBuilder lines = new StringBuilder();
    commands.forEach(
        (purpose, command) ->
            lines.append("# ").append(purpose).append('\n').append(command).append("\n\n"));
    return lines.toString().stripTrailing();
  }

  /** The commands, in order. */
  Iterable<String> commands() {
    return commands.values();
  }

  /**
   * Runs them, their output on standard output.
   *
   * @throws IOException if one fails
   */
  public void run() throws IOException, InterruptedException {
    for (String command : commands.values()) {
      int exit = new ProcessBuilder("sh", "-c", command).inheritIO().start().waitFor();
      if (exit != 0) {
        throw new IOException("command must succeed, got exit code " + exit + ": " + command);
      }
      System.out.println();
    }
  }
}
