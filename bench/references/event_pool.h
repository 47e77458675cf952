// Domain events in memory, the same for every reference, generator and peer: JSON of an exact size with a 16-byte
// aggregate id. Built before anything is measured.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace bench::references {

struct pool_shape {
  std::size_t events = 65'536;
  std::size_t event_bytes = 256;  // at least event_bytes_min
  std::size_t aggregates = 10'000;
  unsigned seed = 1;
};

class event_pool {
 public:
  static constexpr std::size_t key_bytes = 16;
  static constexpr std::size_t event_bytes_min = 200;

  explicit event_pool(const pool_shape& shape);

  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
  [[nodiscard]] std::string_view value(std::size_t i) const noexcept {
    return {bytes_.data() + entries_[i].value, event_bytes_};
  }
  [[nodiscard]] std::string_view key(std::size_t i) const noexcept {
    return {bytes_.data() + entries_[i].key, key_bytes};
  }

 private:
  struct entry {
    std::size_t value;
    std::size_t key;  // where the aggregate id stands inside the value
  };
  std::size_t event_bytes_;
  std::string bytes_;
  std::vector<entry> entries_;
};

}  // namespace bench::references
