// Lets requests of one lane in: from what a connection and a request say to a principal, by the newest policy.
// Remembers good credentials by their hash, so that a token is checked once and not with each request. One a lane, lane
// thread only; asked by listeners, before a body is read.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "gateway/auth/authority.h"
#include "gateway/auth/denial.h"
#include "gateway/auth/hash.h"
#include "gateway/auth/identity.h"
#include "gateway/auth/principal.h"

namespace gateway::auth {

/// The credentials of a request, as they came. Views into it.
struct credentials {
  std::string_view authorization = {};  // the field's value; empty: not sent
  std::string_view api_key = {};        // X-Api-Key
  std::string_view bare = {};           // a key or a token without a scheme, where a protocol has a place for it
  bool is_ambiguous = false;            // one of them was sent more than once
};

struct login {
  denial why = denial::none;
  principal who;          // with denial::none
  identity is;            // likewise; for connections that log in once
  std::string_view text;  // what to tell the client; static
};

class guard {
 public:
  using steady = std::chrono::steady_clock::time_point;
  static constexpr std::size_t remembered_max = 4096;  // credentials

  /// `of`: nullptr where no `auth` is configured; it outlives the guard.
  explicit guard(authority* of) noexcept : authority_(of) {}

  /// Nobody has to say who they are.
  [[nodiscard]] bool is_open() const noexcept { return authority_ == nullptr; }

  /// `wall` in seconds since 1970.
  [[nodiscard]] login check(const credentials& brought, const peer& from, steady now, std::int64_t wall);
  /// An identity of before, by the policy of now.
  [[nodiscard]] login check(const identity& known, std::int64_t wall);

  [[nodiscard]] std::size_t remembered() const noexcept { return young_.size() + old_.size(); }

 private:
  struct memory {
    identity who;
    std::uint64_t version;
  };
  using memories = std::unordered_map<digest, memory, digest_hash>;

  const policy& newest();
  enum class place : char { authorization = 'a', api_key = 'k', bare = 'b' };
  [[nodiscard]] login check_presented(std::string_view text, place where, const peer& from, steady now,
                                      std::int64_t wall);
  [[nodiscard]] verdict look_at(std::string_view text, place where, std::int64_t wall);
  [[nodiscard]] verdict look(std::string_view text, std::int64_t wall);
  [[nodiscard]] login without_credential(const peer& from, steady now, std::int64_t wall);
  [[nodiscard]] login admitted(identity who, std::int64_t wall);
  [[nodiscard]] login refused(denial why, const peer& from, steady now);
  [[nodiscard]] const memory* recall(const digest& name);
  void remember(const digest& name, identity who);

  authority* authority_;
  std::shared_ptr<const policy> policy_;  // co-owned by the authority, until there is a newer one
  std::uint64_t version_ = 0;
  memories young_;  // once it is full it is the old one, and the old one is forgotten
  memories old_;
};

/// One sentence for a client; it never says more than the client knows.
[[nodiscard]] std::string_view text_of(denial why) noexcept;

}  // namespace gateway::auth
