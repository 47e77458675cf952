// The rules of who may write, as components receive them: ways to log in, each tenant's rights and quotas. A part of
// settings.h; options are in auth_options.cpp. Holds no secret: keys are in files of their own.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gateway::config {

inline constexpr std::size_t tenants_max = 1000;  // each is a label of metrics

/// 0: no such bound. Rates are a second's.
struct quota_settings {
  std::uint64_t events = 0;
  std::uint64_t bytes = 0;
  std::uint64_t requests = 0;
  std::uint32_t connections = 0;
  std::uint64_t in_flight_bytes = 0;

  friend bool operator==(const quota_settings&, const quota_settings&) = default;
};

struct tenant_settings {
  std::string name;
  std::vector<std::string> write;  // patterns of topics; empty: none
  std::vector<std::string> read;
  quota_settings quota;

  friend bool operator==(const tenant_settings&, const tenant_settings&) = default;
};

struct jwt_settings {
  std::string issuer;
  std::vector<std::string> audiences;  // a token must name one of them
  std::string jwks;                    // a file, or http(s)://..
  std::string tenant_claim = "tenant";
  std::chrono::seconds leeway{30};
  std::chrono::seconds refresh{300};

  friend bool operator==(const jwt_settings&, const jwt_settings&) = default;
};

/// The name of a client certificate that is the tenant's, or leads to it.
enum class tenant_from : std::uint8_t { common_name, alternative_name, map };

struct auth_settings {
  std::string anonymous;      // the tenant of who brings no credential; empty: they may do nothing
  std::string api_keys_file;  // empty: none
  std::optional<jwt_settings> jwt;
  std::optional<tenant_from> certificates;
  std::map<std::string, std::string> certificate_map;  // with tenant_from::map: a certificate's name -> tenant

  friend bool operator==(const auth_settings&, const auth_settings&) = default;
};

}  // namespace gateway::config
