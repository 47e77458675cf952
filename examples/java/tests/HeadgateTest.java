import com.sun.net.httpserver.HttpServer;
import headgate.Event;
import headgate.Failure;
import headgate.Headgate;
import headgate.Patience;
import headgate.Refused;
import headgate.Report;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The client against a server whose answers are written down; with an argument BASE TOPIC, against a gateway. Exits 1 where a check fails. */
public final class HeadgateTest {
  record Said(int status, String body) {}

  private static final Patience QUICK = new Patience(Duration.ofSeconds(5), 20, Duration.ofMillis(5), Duration.ofMillis(20), false);
  private static final Said STORED = new Said(200, "{\"ack\":\"broker\"}");
  private static int checks;

  public static void main(String[] arguments) throws Exception {
    if (arguments.length == 2) {
      againstGateway(URI.create(arguments[0]), arguments[1]);
      return;
    }
    sendsAgainOnlyWhatWasNotWritten();
    waitsWhenTold();
    doesNotSendTwiceWhatMayBeStored();
    writesNothingBehindAHole();
    sendsManyInParts();
    raisesWhatIsWrongForGood();
    givesUpInTime();
    System.out.println(checks + " passed, 0 failed");
  }

  private static void sendsAgainOnlyWhatWasNotWritten() throws Exception {
    Said some = new Said(207, "{\"failures\":[{\"index\":0,\"outcome\":\"rejected\",\"code\":\"invalid_json\",\"detail\":\"\\u00e9\"},"
        + "{\"index\":2,\"outcome\":\"not_persisted\",\"code\":\"partition_full\",\"detail\":\"\"}]}");
    try (Server server = new Server(some, STORED)) {
      Report report = server.client(QUICK).send("orders", events(3), "/k");
      check(report.failures().equals(List.of(new Failure(0, "rejected", "invalid_json", "é"))), report);
      check(server.requests.equals(List.of("/v1/topics/orders/events?key=%2Fk {\"n\":0}\n{\"n\":1}\n{\"n\":2}\n",
          "/v1/topics/orders/events?key=%2Fk {\"n\":2}\n")), server.requests);
    }
  }

  private static void waitsWhenTold() throws Exception {
    try (Server server = new Server(new Said(503, "{\"code\":\"overloaded\"}"), new Said(429, "{}"), STORED)) {
      Report report = server.client(QUICK).send("orders", events(2), null);
      check(report.allStored() && report.attempts() == 3, report);
    }
  }

  private static void doesNotSendTwiceWhatMayBeStored() throws Exception {
    Said lost = new Said(502, "<html>");
    try (Server server = new Server(lost, STORED)) {
      Report report = server.client(QUICK).send("orders", events(1), null);
      check(report.failures().get(0).outcome().equals("possibly_persisted") && server.requests.size() == 1, report);
    }
    try (Server server = new Server(lost, STORED)) {
      check(server.client(QUICK.takingDuplicates()).send("orders", events(1), null).allStored(), server.requests);
    }
  }

  private static void writesNothingBehindAHole() throws Exception {
    Said some = new Said(504, "{\"failures\":[{\"index\":0,\"outcome\":\"possibly_persisted\",\"code\":\"answer_timeout\"},"
        + "{\"index\":1,\"outcome\":\"not_persisted\",\"code\":\"answer_timeout\"},{\"index\":2,\"outcome\":\"blocked\",\"code\":\"x\"}]}");
    List<Event> three = List.of(new Event("a", "1"), new Event("b", "2"), new Event("a", "3"));
    try (Server server = new Server(some, STORED)) {
      Report report = server.client(QUICK).send("orders", three, null);
      check(report.failures().stream().map(Failure::index).toList().equals(List.of(0, 2)), report);
      check(server.requests.get(1).endsWith(" 2\n"), server.requests);
    }
  }

  private static void sendsManyInParts() throws Exception {
    try (Server server = new Server(STORED)) {
      check(server.client(QUICK).send("orders", events(2500), null).allStored(), "parts");
      check(server.requests.size() == 3, server.requests.size());
    }
  }

  private static void raisesWhatIsWrongForGood() throws Exception {
    try (Server server = new Server(new Said(404, "{\"code\":\"unknown_topic\",\"detail\":\"x\"}"))) {
      server.client(QUICK).send("orders", events(1), null);
      check(false, "not refused");
    } catch (Refused e) {
      check(e.status == 404 && e.code.equals("unknown_topic"), e);
    }
  }

  private static void givesUpInTime() throws Exception {
    Patience little = new Patience(Duration.ofMillis(100), 20, Duration.ofMillis(10), Duration.ofMillis(20), false);
    try (Server server = new Server(new Said(503, "{}"))) {
      check(server.client(little).send("orders", events(1), null).failures().get(0).code().equals("gave_up"), "gave up");
    }
    Report nobody = new Headgate(URI.create("http://127.0.0.1:1"), null, little).send("orders", events(1), null);
    check(nobody.failures().get(0).outcome().equals("not_persisted"), nobody);
  }

  private static void againstGateway(URI base, String topic) throws Exception {
    List<Event> events = IntStream.range(0, 3000)
        .mapToObj(i -> new Event("o-" + i % 5, "{\"orderId\":\"o-" + i % 5 + "\",\"n\":" + i + "}")).toList();
    Report report = new Headgate(base, null, Patience.usual()).send(topic, events, "/orderId");
    check(report.allStored(), report);
    System.out.println("stored " + report.events());
  }

  private static List<Event> events(int count) {
    return IntStream.range(0, count).mapToObj(i -> new Event("k", "{\"n\":" + i + "}")).toList();
  }

  private static void check(boolean holds, Object seen) {
    checks++;
    if (!holds) throw new AssertionError(String.valueOf(seen));
  }

  private static final class Server implements AutoCloseable {
    final List<String> requests = new ArrayList<>();
    private final HttpServer http = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);

    Server(Said... answers) throws Exception {
      List<Said> left = new ArrayList<>(List.of(answers));
      http.createContext("/", x -> {
        String body = new String(x.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        requests.add(x.getRequestURI() + " " + body);
        Said said = left.size() > 1 ? left.remove(0) : left.get(0);
        byte[] text = said.body().getBytes(StandardCharsets.UTF_8);
        x.sendResponseHeaders(said.status(), text.length);
        x.getResponseBody().write(text);
        x.close();
      });
      http.start();
    }

    Headgate client(Patience patience) {
      return new Headgate(URI.create("http://127.0.0.1:" + http.getAddress().getPort()), "t0", patience);
    }

    @Override
    public void close() {
      http.stop(0);
    }
  }
}
