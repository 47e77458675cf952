package headgate;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** A client for Headgate, with the JDK's own library only. Waits until each event has its outcome or patience is over. One request at a
 * time for each send(): the events of a key keep their order. Several threads may share it, each with keys of its own. */
public final class Headgate {
  private static final int EVENTS_MAX = 1000;
  private static final int BYTES_MAX = 1 << 20;
  private static final Duration TIMEOUT = Duration.ofSeconds(45);

  // HTTP/1.1 at once: the client would ask for an upgrade with every first request.
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(10)).build();
  private final String base;
  private final String token;
  private final Patience patience;

  /** {@code token}: an API key or a token; null: none. */
  public Headgate(URI base, String token, Patience patience) {
    this.base = base.toString().replaceAll("/+$", "");
    this.token = token;
    this.patience = patience;
  }

  /** {@code keyPointer}: where the gateway finds each event's key; null: where the topic says. Throws Refused where the request as a whole
   * cannot be taken. */
  public Report send(String topic, List<Event> events, String keyPointer) throws InterruptedException {
    String query = keyPointer == null ? "" : "?key=" + URLEncoder.encode(keyPointer, StandardCharsets.UTF_8);
    URI to = URI.create(base + "/v1/topics/" + topic + "/events" + query);
    Sending sending = new Sending(events, patience);
    long until = System.nanoTime() + patience.inAll().toNanos();
    int failedTries = 0;
    while (!sending.pending().isEmpty()) {
      int before = sending.pending().size();
      long retryAfter = sendSome(to, events, sending);
      failedTries = sending.pending().size() < before ? 0 : failedTries + 1;
      if (retryAfter < 0) continue;
      long wait = retryAfter + ownWait(failedTries);
      if (failedTries >= patience.attemptsMax() || System.nanoTime() + wait > until) sending.giveUp("no time is left for another try");
      else Thread.sleep(wait / 1_000_000);
    }
    return sending.report();
  }

  /** One request. Nanoseconds to wait before the next; -1: none. */
  private long sendSome(URI to, List<Event> events, Sending sending) throws InterruptedException {
    StringBuilder body = new StringBuilder();
    int sent = 0;
    for (int index : sending.pending()) {
      if (sent == EVENTS_MAX || (sent > 0 && body.length() + events.get(index).json().length() > BYTES_MAX)) break;
      body.append(events.get(index).json()).append('\n');
      sent++;
    }
    int before = sending.pending().size();
    HttpRequest.Builder request = HttpRequest.newBuilder(to).timeout(TIMEOUT).header("Content-Type", "application/x-ndjson")
        .POST(HttpRequest.BodyPublishers.ofString(body.toString()));
    if (token != null) request.header("Authorization", "Bearer " + token);
    try {
      HttpResponse<String> said = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      sending.settle(new Sending.Answer(said.statusCode(), said.body(), true), sent);
      boolean allSettled = sending.pending().size() == before - sent;
      return allSettled ? -1 : said.headers().firstValue("Retry-After").map(Headgate::seconds).orElse(0L);
    } catch (ConnectException | HttpConnectTimeoutException e) {
      sending.settle(new Sending.Answer(0, "", false), sent);
    } catch (IOException e) {
      sending.settle(new Sending.Answer(0, "", true), sent);
    }
    return 0;
  }

  private long ownWait(int tries) {
    long most = Math.min(patience.waitMax().toNanos(), patience.firstWait().toNanos() << Math.min(Math.max(tries - 1, 0), 20));
    return ThreadLocalRandom.current().nextLong(most / 2, most + 1);
  }

  private static long seconds(String text) {
    return text.matches("\\d{1,6}") ? Long.parseLong(text) * 1_000_000_000L : 0L;  // a date is as if it were not there
  }
}
