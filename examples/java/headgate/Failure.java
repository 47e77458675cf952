package headgate;

/** An event that is not known to be stored. {@code index}: in what was given to send(). {@code outcome}: rejected, not_persisted,
 * possibly_persisted or blocked. */
public record Failure(int index, String outcome, String code, String detail) {}
