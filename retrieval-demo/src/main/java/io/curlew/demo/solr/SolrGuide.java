package io.curlew.demo.solr;

import io.curlew.demo.console.ShellCommands;

/** The commands to try a Solr with, the ones of the guide. */
public final class SolrGuide {

  private SolrGuide() {}

  /**
   * The commands for a Solr.
   *
   * @param url as {@code http://localhost:8983/solr}
   */
  public static ShellCommands commands(String url) {
    String select = "curl -sSf '" + url + "/" + SolrInstallation.COLLECTION + "/select'";
    String update =
        "curl -sSf '" + url + "/" + SolrInstallation.COLLECTION + "/update?commit=true'";
    String text = " --data-urlencode 'text=a bird that wades along the shore'";
    return new ShellCommands()
        .add(
            "The ten best of 200 model calls; \"cur\" in the answer is the trace",
            select + " --data-urlencode 'q={!cur f=anchors budget=200 v=$text}'" + text)
        .add(
            "The hits of another query, re-ranked with 50 calls",
            select
                + " --data-urlencode 'q={!edismax qf=text mm=0% v=$text}'"
                + " --data-urlencode 'rq={!curRerank f=anchors budget=50 v=$text}'"
                + text)
        .add(
            "Among some documents only, within a second, explained",
            select
                + " --data-urlencode 'q={!cur f=anchors budget=200 v=$text}'"
                + " -d 'fq=text:bird' -d timeAllowed=1000 -d debugQuery=true"
                + text)
        .add(
            "Another document; its anchor row is computed",
            update
                + " -H 'Content-Type: application/json'"
                + " -d '[{\"id\":\"mine\",\"text\":\"whimbrel: a wading bird of the shore\"}]'")
        .add(
            "Its text changed; the row is computed again",
            update
                + " -H 'Content-Type: application/json'"
                + " -d '[{\"id\":\"mine\",\"text\":{\"set\":\"whimbrel: a smaller curlew\"}}]'")
        .add(
            "A budget out of range: status 400 (without -f, to see the message)",
            select.replace("-sSf", "-sS")
                + " --data-urlencode 'q={!cur f=anchors budget=0 v=$text}'"
                + text);
  }
}
