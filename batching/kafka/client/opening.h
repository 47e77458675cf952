// The opening of a new connection, before any other request: agrees on versions and says who we are. Sans-I/O. A
// new one for each connection; used by connection.h.
//
//   ApiVersions 3 ─(35: not known)─> ApiVersions 0 ──> SaslHandshake ──> SaslAuthenticate .. ──> done
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "batching/kafka/client/login/login.h"
#include "batching/kafka/wire/buffer.h"
#include "batching/kafka/wire/opening_requests.h"

namespace batching::kafka::client {

/// A request without which a broker is of no use, beyond Produce.
struct needed_request {
  std::int16_t api = 0;
  std::int16_t version = 0;
  std::string_view name;
};

struct opening_settings {
  std::string client_id = "headgate";
  std::string software_version = "0";
  std::shared_ptr<login::credentials> login;  // co-owned by all lanes; nullptr: none
  std::span<const needed_request> needs{};    // for store topics; outlives all connections
};

class opening {
 public:
  static constexpr int messages_max = 8;  // of one login

  explicit opening(const opening_settings& settings) : settings_(&settings) {}

  /// Appends the next request; false: an answer is awaited first, or it is over.
  [[nodiscard]] bool next_request(wire::buffer& to);
  /// A whole response, without its length. False: the connection is of no use, see failure().
  [[nodiscard]] bool on_response(std::string_view response);

  [[nodiscard]] bool is_done() const noexcept { return step_ == step::done; }
  /// The newest version of a request that both sides know; -1: there is none. Once it is done.
  [[nodiscard]] std::int16_t common(std::int16_t api, std::int16_t lowest, std::int16_t highest) const noexcept {
    return versions_.common(api, lowest, highest);
  }
  [[nodiscard]] const wire::api_versions_answer& versions() const noexcept { return versions_; }
  /// One sentence for people, without a secret.
  [[nodiscard]] const std::string& failure() const noexcept { return failure_; }
  /// The login holds for so long from now on; 0: for ever.
  [[nodiscard]] std::chrono::milliseconds lifetime() const noexcept { return lifetime_; }

 private:
  enum class step : std::uint8_t { versions, handshake, authenticate, done };

  [[nodiscard]] bool fail(std::string why);
  [[nodiscard]] bool on_versions(std::string_view response);
  [[nodiscard]] bool on_handshake(std::string_view response);
  [[nodiscard]] bool on_authenticate(std::string_view response);

  const opening_settings* settings_;
  step step_ = step::versions;
  bool is_awaiting_ = false;
  wire::api_versions_answer versions_;
  std::int16_t versions_version_ = wire::api_versions_newest;
  std::int16_t authenticate_version_ = 0;
  std::int32_t correlation_ = 0;
  std::unique_ptr<login::mechanism> mechanism_;
  std::string message_;  // the next one of the login
  int messages_ = 0;
  std::chrono::milliseconds lifetime_{0};
  std::string failure_;
};

}  // namespace batching::kafka::client
