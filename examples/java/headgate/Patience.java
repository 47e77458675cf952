package headgate;

import java.time.Duration;

/** How long, and how hard. {@code atLeastOnce}: what may be stored is sent again, and may be stored twice then. */
public record Patience(Duration inAll, int attemptsMax, Duration firstWait, Duration waitMax, boolean atLeastOnce) {
  public static Patience usual() {
    return new Patience(Duration.ofSeconds(60), 20, Duration.ofMillis(50), Duration.ofSeconds(10), false);
  }

  public Patience takingDuplicates() {
    return new Patience(inAll, attemptsMax, firstWait, waitMax, true);
  }
}
