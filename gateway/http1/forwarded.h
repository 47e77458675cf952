// The proxies' account of a request's way: the fields Forwarded (RFC 7239) and X-Forwarded-For as a list of hops,
// walked from the nearest on. Reads text, knows no trust: a client can write every hop but those that proxies of ours
// have added behind it. Used by api/client_address.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "gateway/auth/principal.h"
#include "gateway/http1/request.h"

namespace gateway::http1 {

enum class forwarded_by : std::uint8_t { forwarded, x_forwarded_for };

struct hop {
  enum class kind : std::uint8_t {
    address,
    hidden,  // unknown, _obfuscated, or nothing that we can read
    none,    // there are no more
  };
  kind is = kind::none;
  auth::ip_address address{};
};

class forwarded_hops {
 public:
  static constexpr std::size_t hops_max = 32;  // the farthest are left out

  /// All lines of that field, in their order, are one list. Views into `head`.
  forwarded_hops(const request_head& head, forwarded_by field);

  /// The field was sent, whatever it says.
  [[nodiscard]] bool is_there() const noexcept { return is_there_; }
  [[nodiscard]] hop next();

 private:
  void add(std::string_view line);
  void keep(std::string_view element);

  forwarded_by field_;
  bool is_there_ = false;
  std::array<std::string_view, hops_max> ring_;
  std::size_t added_ = 0;
  std::size_t left_ = 0;
};

}  // namespace gateway::http1
