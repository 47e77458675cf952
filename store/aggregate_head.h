// The store's knowledge of an aggregate without its events: its version, and hashes of its last event ids. A
// value; the index keeps one an aggregate.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace store {

/// Never 0, which stands for "no id".
[[nodiscard]] constexpr std::uint32_t id_hash(std::string_view id) noexcept {
  std::uint32_t h = 2166136261U;  // FNV-1a; a match is always verified against the id itself
  for (const char c : id) h = (h ^ static_cast<unsigned char>(c)) * 16777619U;
  return h == 0 ? 1 : h;
}

struct aggregate_head {
  /// So many last events are compared with an append that expects no version.
  static constexpr std::size_t recent_max = 32;

  std::uint64_t version = 0;                       // how many events it has
  std::array<std::uint32_t, recent_max> recent{};  // by version % recent_max; 0: no id

  void add(std::string_view id) noexcept {
    ++version;
    recent[version % recent_max] = id.empty() ? 0 : id_hash(id);
  }
  /// Of one of the last recent_max versions.
  [[nodiscard]] std::uint32_t hash_of(std::uint64_t of_version) const noexcept {
    return recent[of_version % recent_max];
  }
  [[nodiscard]] std::uint64_t oldest_recent() const noexcept {
    return version > recent_max ? version - recent_max + 1 : 1;
  }
};

}  // namespace store
