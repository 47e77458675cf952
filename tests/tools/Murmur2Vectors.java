// Writes golden vectors for batching/partitioner.h from the real Java client: for many keys, the hash and the partition
// that org.apache.kafka.clients itself computes. Run by tests/tools/make_murmur2_vectors; the same seed, the same file.
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.utils.AppInfoParser;
import org.apache.kafka.common.utils.Utils;

public class Murmur2Vectors {
  private static final int PARTITIONS = 12;
  private static final long SEED = 20260101;

  public static void main(String[] args) throws Exception {
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.US_ASCII);
    out.println("# Keys as the Java client (kafka-clients " + AppInfoParser.getVersion() + ") hashes and places them.");
    out.println("# key in hex (- is the empty key), partition of " + PARTITIONS + ", murmur2 as unsigned 32 bit hex");
    for (byte[] key : keys()) {
      String hex = key.length == 0 ? "-" : HexFormat.of().formatHex(key);
      int partition = BuiltInPartitioner.partitionForKey(key, PARTITIONS);
      out.printf("%s %d %08x%n", hex, partition, Utils.murmur2(key));
    }
    out.flush();
  }

  private static List<byte[]> keys() {
    Random random = new Random(SEED);
    List<byte[]> keys = new ArrayList<>();
    keys.add(new byte[0]);
    addText(keys);
    addUniformBytes(keys);
    for (int size = 1; size <= 16; size++) addRandom(keys, random, size, 32);
    for (int size = 17; size <= 64; size++) addRandom(keys, random, size, 8);
    for (int size : new int[] {100, 127, 128, 129, 255, 256, 257, 1000, 1023, 1024, 4095, 4096, 4097}) addRandom(keys, random, size, 2);
    return keys;
  }

  private static void addText(List<byte[]> keys) {
    String[] words = {"a", "ab", "abc", "abcd", "order-1", "order-42", "customer/7", "ключ", "鍵", "キー", "🔑", "naïve", "\u0000", "\u00ff",
        "\ud83d\ude00\u200d", "{\"id\":1}", " ", "\t", "0", "-1", "3.14", "00000000-0000-0000-0000-000000000000"};
    for (String word : words) keys.add(word.getBytes(StandardCharsets.UTF_8));
    for (int i = 0; i < 300; i++) keys.add(("order-" + i).getBytes(StandardCharsets.UTF_8));
    for (int i = 0; i < 300; i++) keys.add(String.format("aggregate-%08d", i * 7919).getBytes(StandardCharsets.UTF_8));
    for (int i = 0; i < 100; i++) keys.add(("clé-ж-鍵-🔑-" + i).getBytes(StandardCharsets.UTF_8));
  }

  /** Sign and tail handling: one repeated byte, at each length around the four-byte block. */
  private static void addUniformBytes(List<byte[]> keys) {
    for (int value : new int[] {0x00, 0x01, 0x7f, 0x80, 0xff}) {
      for (int size = 1; size <= 20; size++) {
        byte[] key = new byte[size];
        java.util.Arrays.fill(key, (byte) value);
        keys.add(key);
      }
    }
  }

  private static void addRandom(List<byte[]> keys, Random random, int size, int count) {
    for (int i = 0; i < count; i++) {
      byte[] key = new byte[size];
      random.nextBytes(key);
      keys.add(key);
    }
  }
}
