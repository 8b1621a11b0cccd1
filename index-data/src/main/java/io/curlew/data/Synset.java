package io.curlew.data;

import io.curlew.data.file.LineReader;
import io.curlew.data.file.MalformedDataException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One sense of WordNet: words that share it, what it is, and how it is used.
 *
 * @param id part-of-speech letter of the file (n, v, a, r; satellite adjectives are in the
 *     adjective file and have an a) and 8-digit offset, for instance {@code n00001740}; unique
 * @param lemmas its words, spaces for underscores, without adjective markers such as {@code (p)}
 * @param definition the gloss up to its first double quote
 * @param examples every span of the gloss in double quotes, in order
 */
public record Synset(String id, List<String> lemmas, String definition, List<String> examples) {
  /** An example is a query from this many words on. */
  public static final int MIN_QUERY_WORDS = 4;

  private static final Pattern HEAD = Pattern.compile("([0-9]{8}) [0-9]{2} [nvasr] ([0-9a-f]{2}) ");
  private static final Pattern MARKER = Pattern.compile("\\((a|p|ip)\\)$");
  private static final Pattern QUOTED = Pattern.compile("\"([^\"]*)\"");
  private static final Pattern BEFORE_EXAMPLES = Pattern.compile("[\\s;:,(]+$");
  private static final Pattern WHITE_SPACE = Pattern.compile("\\s+");
  private static final String GLOSS_MARK = " | ";

  /** Copies the lists. */
  public Synset {
    lemmas = List.copyOf(lemmas);
    examples = List.copyOf(examples);
  }

  /**
   * Reads one line of a data file: {@code offset lex_filenum ss_type w_cnt word lex_id [word
   * lex_id...] ... | gloss}, w_cnt hexadecimal (manual page wndb(5WN) of WordNet).
   */
  static Synset parse(char partOfSpeech, String line, LineReader lines)
      throws MalformedDataException {
    int mark = line.indexOf(GLOSS_MARK);
    if (mark < 0) {
      throw lines.malformed("synset must have a gloss after \" | \"", line);
    }
    Matcher head = HEAD.matcher(line).region(0, mark);
    if (!head.lookingAt()) {
      throw lines.malformed(
          "synset must start with 8-digit offset, file number, type and 2-digit word count", line);
    }
    int words = Integer.parseInt(head.group(2), 16);
    String[] fields = line.substring(head.end(), mark).split(" ", 2 * words + 1);
    if (words < 1 || fields.length < 2 * words) {
      throw lines.malformed("synset must have as many words as its count", line);
    }
    List<String> lemmas = new ArrayList<>();
    for (int word = 0; word < words; word++) {
      lemmas.add(MARKER.matcher(fields[2 * word]).replaceFirst("").replace('_', ' '));
    }
    String gloss = line.substring(mark + GLOSS_MARK.length()).strip();
    List<String> examples = new ArrayList<>();
    for (Matcher quoted = QUOTED.matcher(gloss); quoted.find(); ) {
      examples.add(quoted.group(1).strip());
    }
    int quote = gloss.indexOf('"');
    String definition = quote < 0 ? gloss : gloss.substring(0, quote);
    definition = BEFORE_EXAMPLES.matcher(definition).replaceFirst("");
    return new Synset(partOfSpeech + head.group(1), lemmas, definition, examples);
  }

  /** The synset as a document, {@code lemma, lemma: definition}. */
  public Document document() {
    return new Document(id, String.join(", ", lemmas) + ": " + definition);
  }

  /**
   * The examples of at least four words as queries, with ids {@code <synset id>-<i>}, i counting
   * all examples from 0.
   */
  public List<TextQuery> queries() {
    List<TextQuery> queries = new ArrayList<>();
    for (int i = 0; i < examples.size(); i++) {
      if (WHITE_SPACE.split(examples.get(i), -1).length >= MIN_QUERY_WORDS) {
        queries.add(new TextQuery(id + "-" + i, examples.get(i)));
      }
    }
    return queries;
  }
}
