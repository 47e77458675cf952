package headgate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One send(): which events are open, and what became of the others. No socket and no clock. The rules are those of the Python package
 * (examples/python/headgate/retry.py): what was not written is sent again in its order; what may be stored is not, unless the caller takes
 * duplicates, and nothing of its key is written behind it. */
final class Sending {
  /** Of one request; status 0: there is none. {@code wasSent}: some byte of it may have arrived. */
  record Answer(int status, String body, boolean wasSent) {}

  private static final Set<String> STORED = Set.of("persisted", "duplicate");
  private static final Set<String> RETRIABLE = Set.of("not_persisted", "blocked");
  private static final Set<String> HOPELESS = Set.of("request_refused", "aggregate_fenced");
  private static final Set<Integer> UNKNOWN_STATUS = Set.of(408, 500, 502, 504);

  private final List<Event> events;
  private final Patience patience;
  private final Set<String> parted = new HashSet<>();  // keys of which an event may be missing; null is any
  private final Set<Integer> unknown = new HashSet<>();  // may be stored
  private final List<Failure> failures = new ArrayList<>();
  private List<Integer> pending = new ArrayList<>();
  private int attempts;

  Sending(List<Event> events, Patience patience) {
    this.events = events;
    this.patience = patience;
    for (int i = 0; i < events.size(); i++) pending.add(i);
  }

  List<Integer> pending() {
    return pending;
  }

  int attempts() {
    return attempts;
  }

  Report report() {
    failures.sort(Comparator.comparingInt(Failure::index));
    return new Report(events.size(), List.copyOf(failures), attempts);
  }

  /** Of a request with the first {@code sent} of pending(), in their order. */
  void settle(Answer answer, int sent) {
    attempts++;
    Map<?, ?> said = document(answer.body());
    boolean isItemised = said.get("failures") instanceof List<?>;
    if ((answer.status() >= 200 && answer.status() < 300) || isItemised) {
      settleEach(outcomes(said), sent);
    } else if (answer.status() == 429 || answer.status() == 503 || (answer.status() == 0 && !answer.wasSent())) {
      return;  // nothing was taken
    } else if (answer.status() == 0 || UNKNOWN_STATUS.contains(answer.status())) {
      Map<Integer, Failure> all = new HashMap<>();
      for (int i = 0; i < sent; i++) all.put(i, new Failure(i, "possibly_persisted", "no_answer", "answered " + answer.status()));
      settleEach(all, sent);
    } else {
      throw new Refused(answer.status(), String.valueOf(said.get("code")), String.valueOf(said.get("detail")));
    }
  }

  /** No time is left. */
  void giveUp(String why) {
    for (int index : pending)
      fail(index, new Failure(index, unknown.contains(index) ? "possibly_persisted" : "not_persisted", "gave_up", why));
    pending = List.of();
  }

  private void settleEach(Map<Integer, Failure> failed, int sent) {
    List<Integer> again = new ArrayList<>();
    for (int position = 0; position < sent; position++) {
      Failure f = failed.get(position);
      if (f == null) continue;
      int index = pending.get(position);
      boolean isUnknown = f.outcome().equals("possibly_persisted");
      if (isUnknown) unknown.add(index);
      boolean mayRetry = isUnknown ? patience.atLeastOnce() : RETRIABLE.contains(f.outcome()) && !HOPELESS.contains(f.code());
      if (mayRetry && !isParted(events.get(index).key())) again.add(index);
      else fail(index, f);
    }
    for (int index : pending.subList(sent, pending.size()))
      if (!isParted(events.get(index).key())) again.add(index);
      else fail(index, new Failure(index, "blocked", "earlier_record_failed", "an earlier event of its key may be missing"));
    pending = again;
  }

  private void fail(int index, Failure f) {
    failures.add(new Failure(index, f.outcome(), f.code(), f.detail()));
    if (!f.outcome().equals("rejected")) parted.add(events.get(index).key());  // a rejected one was never to be written
  }

  private boolean isParted(String key) {
    return parted.contains(null) || parted.contains(key) || (key == null && !parted.isEmpty());
  }

  private static Map<Integer, Failure> outcomes(Map<?, ?> said) {
    Map<Integer, Failure> failed = new HashMap<>();
    if (!(said.get("failures") instanceof List<?> list)) return failed;
    for (Object each : list) {
      Map<?, ?> f = (Map<?, ?>) each;
      String outcome = String.valueOf(f.get("outcome"));
      int index = ((Double) f.get("index")).intValue();
      if (!STORED.contains(outcome))
        failed.put(index, new Failure(index, outcome, String.valueOf(f.get("code")), String.valueOf(f.get("detail"))));
    }
    return failed;
  }

  private static Map<?, ?> document(String body) {
    try {
      return Json.read(body) instanceof Map<?, ?> said ? said : Map.of();
    } catch (IllegalArgumentException e) {
      return Map.of();
    }
  }
}
