// The keys that a server seals its TLS session tickets with. They change every rotate_every, and a ticket is opened for
// one rotation more, so a stolen process image tells nothing about older connections. Instances that are given the same
// secret have the same keys at the same time. Used by tls_server only; any thread; time is a parameter.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace batching::stream {

class ticket_keys {
 public:
  static constexpr std::chrono::hours rotate_every{6};
  static constexpr std::size_t name_bytes = 16;
  using time_point = std::chrono::system_clock::time_point;

  struct key {
    std::array<unsigned char, name_bytes> name{};  // stands in the ticket
    std::array<unsigned char, 32> cipher{};        // AES-256
    std::array<unsigned char, 32> mac{};           // HMAC-SHA-256
  };
  struct opening {
    key with;
    bool renews;  // sealed before the last rotation: the client is given a new ticket
  };

  /// Empty: keys of this process alone.
  explicit ticket_keys(std::string shared_secret = {}) : secret_(std::move(shared_secret)) {}
  ~ticket_keys();
  ticket_keys(const ticket_keys&) = delete;
  ticket_keys& operator=(const ticket_keys&) = delete;

  [[nodiscard]] key to_seal(time_point now);
  /// nullopt: too old, or not ours. The client then shakes hands in full.
  [[nodiscard]] std::optional<opening> to_open(std::string_view name, time_point now);

 private:
  struct epoch_key {
    std::int64_t epoch = -1;
    key of;
  };
  void turn(std::int64_t epoch);
  [[nodiscard]] key make(std::int64_t epoch) const;

  std::mutex mutex_;
  std::string secret_;
  std::array<epoch_key, 3> kept_;  // the epoch before, this one, and the one after, for instances whose clocks differ
};

}  // namespace batching::stream
