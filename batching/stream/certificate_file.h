// Reads a certificate's PEM file: whom it is for and how long it is good. Read where a person or a metric
// wants to know; what a connection uses is in tls_server.h.
#pragma once

#include <boost/system/result.hpp>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct x509_st;

namespace batching::stream {

/// The names in a certificate.
struct certificate_names {
  static constexpr std::size_t alternatives_max = 32;  // further ones are left out
  std::string common_name;                             // empty: it has none
  std::vector<std::string> dns;                        // as they stand: `*.example.org` too
  std::vector<std::string> others;                     // URIs and e-mail addresses
};
[[nodiscard]] certificate_names names_of(const x509_st& certificate);

struct certificate_facts {
  std::string file;
  certificate_names names;
  std::chrono::system_clock::time_point not_before;
  std::chrono::system_clock::time_point not_after;
  std::string weakness{};  // of its key: "an RSA key of 1024 bits"; empty: none

  /// Whether a client that asks for `host` would take it. As RFC 6125 has it: `*` stands for one whole first label.
  [[nodiscard]] bool is_for(std::string_view host) const;
};

/// Of the first certificate of the file, which is the server's own. The error is one sentence for people.
[[nodiscard]] boost::system::result<certificate_facts, std::string> read_certificate(const std::string& file);

/// All of the file, which holds authorities; at most certificates_max.
inline constexpr std::size_t certificates_max = 1024;
[[nodiscard]] boost::system::result<std::vector<certificate_facts>, std::string> read_certificates(
    const std::string& file);

/// Until when the revocation lists of the file are good: the first that is over. nullopt: there is none to be read.
[[nodiscard]] std::optional<std::chrono::system_clock::time_point> next_update_of(const std::string& file);

}  // namespace batching::stream
