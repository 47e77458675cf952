// Passwords as SCRAM needs them, hashed thousands of times: computed once for each salt and count, and shared by all
// lanes, so that no lane computes for milliseconds at each connection. Any thread.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>

namespace batching::kafka::client::login {

enum class hash : std::uint8_t { sha256, sha512 };

[[nodiscard]] std::string digest(hash with, std::string_view text);
[[nodiscard]] std::string hmac(hash with, std::string_view key, std::string_view text);
[[nodiscard]] std::string to_base64(std::string_view bytes);
/// Empty: this is no base64.
[[nodiscard]] std::string from_base64(std::string_view text);

class salted_passwords {
 public:
  /// Kafka's default is 4096; RFC 7677 wants no less. Beyond, a broker could keep a lane busy for long.
  static constexpr int rounds_min = 4096;
  static constexpr int rounds_max = 200'000;
  static constexpr std::size_t kept_max = 64;

  [[nodiscard]] std::string of(hash with, const std::string& password, const std::string& salt, int rounds);
  [[nodiscard]] std::uint64_t computed() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::tuple<hash, std::string, std::string, int>, std::string>
      kept_;  // by a hash of the password, salt, count
  std::uint64_t computed_ = 0;
};

}  // namespace batching::kafka::client::login
