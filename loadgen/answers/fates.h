#pragma once

// The fate of each event of one stream, as far as its answers tell: two bits an event, so 100 million events take 25
// MB. Filled by the stream, kept in the run file, read by the verifier.

#include <cstdint>
#include <vector>

namespace loadgen::answers {

enum class fate : std::uint8_t {
  unsent = 0,   // never left this machine
  acked = 1,    // answered persisted or duplicate: must be in Kafka exactly once
  refused = 2,  // answered rejected, not_persisted, blocked or busy: must not be in Kafka
  unknown = 3,  // answered possibly_persisted or accepted, or never answered: may be there once
};

class fates {
 public:
  void set(std::uint32_t number, fate value) { set_range(number, 1, value); }
  void set_range(std::uint32_t first, std::uint32_t count, fate value);
  fate at(std::uint32_t number) const;  // unsent beyond the end

  /// One more than the highest number ever set.
  std::uint32_t size() const { return size_; }

  const std::vector<std::uint64_t>& words() const { return words_; }
  static fates from_words(std::vector<std::uint64_t> words, std::uint32_t size);

 private:
  std::vector<std::uint64_t> words_;
  std::uint32_t size_ = 0;
};

struct resent_range {
  std::uint32_t first;
  std::uint32_t count;
};

struct stream_record {
  fates log;
  std::vector<resent_range> resent;  // sent again although nobody answered: the user chose --retry all
};

}  // namespace loadgen::answers
