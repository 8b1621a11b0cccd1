package io.curlew.demo.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import io.curlew.demo.Curlew;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The page in a real browser: the system's Chromium, without a window. Screenshots are left in
 * {@code target/screenshots}.
 */
class BrowserTest {

  private static final Path SCREENSHOTS = Path.of("target/screenshots");
  private static final String QUERY = "a vessel that carries passengers over water";
  private static final int DESKTOP = 1280;
  private static final int PHONE = 360;

  private static ServedWordNet served;
  private static Playwright playwright;
  private static Browser browser;

  private final List<String> complaints = new ArrayList<>();

  @BeforeAll
  static void start() throws IOException {
    Path chromium = chromium();
    Assumptions.assumeTrue(
        chromium != null,
        "Chromium must be on the path for the browser test (apt-get install chromium): skipped");
    Files.createDirectories(SCREENSHOTS);
    served = ServedWordNet.start();
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(chromium)
                    .setArgs(List.of("--no-sandbox")));
  }

  private static @Nullable Path chromium() {
    return Stream.of(
            Objects.requireNonNullElse(System.getenv("PATH"), "").split(File.pathSeparator))
        .flatMap(
            folder ->
                Stream.of("chromium", "chromium-browser", "google-chrome")
                    .map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst()
        .orElse(null);
  }

  @AfterAll
  static void stop() throws IOException {
    if (playwright != null) {
      playwright.close();
    }
    if (served != null) {
      served.close();
    }
  }

  @AfterEach
  void theBrowserDidNotComplain() {
    assertEquals(List.of(), complaints);
  }

  private Page open(String path, int width, ColorScheme scheme) {
    Page page = newPage(width, scheme);
    page.navigate(served.server.address() + path);
    page.waitForSelector("html[data-ready]");
    return page;
  }

  /** An empty page whose complaints are heard. */
  private Page newPage(int width, ColorScheme scheme) {
    BrowserContext context =
        browser.newContext(
            new Browser.NewContextOptions().setViewportSize(width, 800).setColorScheme(scheme));
    context.setDefaultTimeout(15_000);
    Page page = context.newPage();
    page.onConsoleMessage(
        message -> {
          if (!message.type().equals("log")) {
            complaints.add(message.type() + ": " + message.text());
          }
        });
    page.onPageError(complaints::add);
    page.onRequestFailed(request -> complaints.add(request.failure() + ": " + request.url()));
    page.onResponse(
        response -> {
          if (response.status() >= 400) {
            complaints.add(response.status() + ": " + response.url());
          }
        });
    return page;
  }

  private static void finished(Page page, int budget) {
    PlaywrightAssertions.assertThat(page.locator("#status"))
        .hasText(Pattern.compile("(hits by " + budget + " model calls|Exact ranking of 400).*"));
    PlaywrightAssertions.assertThat(page.locator("#columns .exact .hit")).hasCount(10);
  }

  private static void check(Page page, String name) {
    assertEquals(
        List.of(),
        new AxeBuilder(page)
            .analyze().getViolations().stream()
                .map(rule -> rule.getId() + ": " + rule.getHelp() + " " + rule.getNodes())
                .toList(),
        name);
    Object width = page.evaluate("document.documentElement.scrollWidth - innerWidth");
    assertTrue(((Number) width).intValue() <= 0, name + " is wider than the window by " + width);
    page.screenshot(
        new Page.ScreenshotOptions()
            .setPath(SCREENSHOTS.resolve(name + ".png"))
            .setFullPage(!name.startsWith("explain")));
  }

  @Test
  void searchMoveTheSliderChooseAMethodAndExplain() {
    Page page = open("", DESKTOP, ColorScheme.LIGHT);
    PlaywrightAssertions.assertThat(page.locator(".chip")).hasCount(6);
    page.getByLabel("Query", new Page.GetByLabelOptions().setExact(true)).fill(QUERY);
    page.locator("button[type=submit]").click();
    finished(page, 200);
    assertEquals(10, page.locator("#columns .method .hit").count());
    assertEquals(10, page.locator("#columns .first .hit").count());
    assertEquals(10, page.locator("#columns .method .badge").count());
    assertTrue(page.locator("#rounds tbody tr").count() > 2, "rounds are shown");
    assertEquals(150, page.locator("#rounds circle").count(), "one dot for each prediction");
    assertTrue(page.locator("#summary").innerText().contains("of 10"), "agreement is shown");
    check(page, "search-desktop-light");

    page.locator("#budget").fill("1");
    finished(page, 10);
    assertTrue(page.url().contains("budget=10"), page.url());

    page.locator("input[value=rerank]").check();
    PlaywrightAssertions.assertThat(page.locator("#method-title")).hasText("Re-ranked");
    finished(page, 10);
    page.locator("input[value=adaptive]").check();
    PlaywrightAssertions.assertThat(page.locator("#method-title")).hasText("Adaptive");
    finished(page, 10);

    page.locator(".why").nth(2).click();
    PlaywrightAssertions.assertThat(page.locator("dialog .tree")).isVisible();
    assertTrue(page.locator("dialog .tree li").count() > 5, "anchors are named");
    assertTrue(page.locator("dialog .facts").innerText().contains("BM25"), "features are shown");
    check(page, "explain-desktop-light");
    page.keyboard().press("Escape");
    PlaywrightAssertions.assertThat(page.locator("dialog")).isHidden();

    page.reload();
    finished(page, 10);
    assertEquals(QUERY, page.locator("#query").inputValue(), "the address holds the search");
    page.context().close();
  }

  @Test
  void everythingIsReachedByKeyboardAlone() {
    Page page = open("", DESKTOP, ColorScheme.DARK);
    PlaywrightAssertions.assertThat(page.locator(".chip")).hasCount(6);
    tabTo(page, "document.activeElement.id === 'query'");
    page.keyboard().type(QUERY);
    page.keyboard().press("Enter");
    finished(page, 200);
    tabTo(page, "document.activeElement.id === 'budget'");
    page.keyboard().press("Home");
    finished(page, 5);
    tabTo(page, "document.activeElement.name === 'method'");
    page.keyboard().press("ArrowRight");
    PlaywrightAssertions.assertThat(page.locator("#method-title")).hasText("No calls");
    finished(page, 0);
    page.keyboard().press("ArrowRight");
    PlaywrightAssertions.assertThat(page.locator("#method-title")).hasText("Fixed anchors");
    finished(page, 5);
    tabTo(page, "document.activeElement.className === 'why'");
    String outline =
        (String) page.evaluate("getComputedStyle(document.activeElement).outlineStyle");
    assertEquals("solid", outline, "focus is visible");
    page.keyboard().press("Enter");
    PlaywrightAssertions.assertThat(page.locator("dialog .tree")).isVisible();
    assertEquals("Close", page.evaluate("document.activeElement.textContent"));
    page.keyboard().press("Enter");
    PlaywrightAssertions.assertThat(page.locator("dialog")).isHidden();
    assertEquals("why", page.evaluate("document.activeElement.className"), "focus comes back");
    check(page, "search-desktop-dark");
    page.context().close();
  }

  private static void tabTo(Page page, String where) {
    for (int presses = 0; presses < 60; presses++) {
      page.keyboard().press("Tab");
      if ((Boolean) page.evaluate(where)) {
        return;
      }
    }
    throw new AssertionError("the Tab key must lead to: " + where);
  }

  @Test
  void onAPhoneAndInTheDark() {
    for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
      String name = scheme == ColorScheme.LIGHT ? "light" : "dark";
      Page page = open("?budget=50&query=" + "a+feeling+of+great+joy", PHONE, scheme);
      finished(page, 50);
      check(page, "search-phone-" + name);
      if (scheme == ColorScheme.DARK) {
        page.locator(".why").first().click();
        PlaywrightAssertions.assertThat(page.locator("dialog .tree")).isVisible();
        check(page, "explain-phone-dark");
      }
      page.context().close();
    }
  }

  @Test
  void thePageOfTheIndex() {
    for (int width : List.of(DESKTOP, PHONE)) {
      Page page = open("collection", width, width == PHONE ? ColorScheme.DARK : ColorScheme.LIGHT);
      assertEquals(40, page.locator(".anchor-list li").count());
      assertTrue(
          page.locator("#identity").innerText().contains(served.index.anchors().fingerprint()));
      Locator first = page.locator(".anchor-list a").first();
      String query = first.innerText();
      check(page, width == PHONE ? "index-phone-dark" : "index-desktop-light");
      page.locator("#filter").fill(query);
      assertTrue(page.locator(".anchor-list li").count() < 40, "the filter filters");
      first.click();
      finished(page, 200);
      assertEquals(query, page.locator("#query").inputValue());
      page.context().close();
    }
  }

  @Test
  void scriptInAQueryIsText() {
    String script =
        "<img src=x onerror=\"document.title='run'\"><script>document.title='run'</script>";
    Page page = open("", DESKTOP, ColorScheme.LIGHT);
    page.locator("#query").fill(script);
    page.keyboard().press("Enter");
    finished(page, 200);
    assertFalse(page.title().contains("run"), page.title());
    page.context().close();
  }

  /** The report of an evaluation, which is one file and works from the disk. */
  @Test
  void theReport() throws IOException {
    Path report = Path.of("target/report-in-browser.html");
    assertEquals(
        0,
        Curlew.run(
            "evaluate",
            "--dataset",
            "wordnet",
            "--index",
            ServedWordNet.index().toString(),
            "--budgets",
            "20,40,80",
            "--queries",
            "12",
            "--html",
            report.toString()));
    for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
      Page page = newPage(scheme == ColorScheme.LIGHT ? DESKTOP : PHONE, scheme);
      page.navigate(report.toUri().toString());
      PlaywrightAssertions.assertThat(page.locator("canvas")).hasCount(10);
      Object drawn =
          page.evaluate(
              "[...document.querySelectorAll('canvas')].every(c => c.getContext('2d')"
                  + ".getImageData(0, 0, c.width, c.height).data.some(value => value))");
      assertEquals(true, drawn, "every plot is drawn");
      check(page, scheme == ColorScheme.LIGHT ? "report-desktop-light" : "report-phone-dark");
      if (scheme == ColorScheme.LIGHT) {
        byte[] pdf = page.pdf();
        Files.write(SCREENSHOTS.resolve("report.pdf"), pdf);
        assertTrue(pdf.length > 10_000, pdf.length + " bytes printed");
      }
      page.context().close();
    }
  }
}
