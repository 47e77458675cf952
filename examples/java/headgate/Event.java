package headgate;

/** One event: a JSON document without line ends, and the key that its topic finds in it; null: not known, so it may be any. */
public record Event(String key, String json) {
  public Event {
    if (json.indexOf('\n') >= 0 || json.indexOf('\r') >= 0) throw new IllegalArgumentException("an event has no line ends");
  }
}
