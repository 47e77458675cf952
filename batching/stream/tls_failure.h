// The reason why a TLS connection failed, as a kind for counting and a sentence for people. Used by tls_session;
// tls_context carries the words.
#pragma once

#include <cstdint>
#include <string>

namespace batching::stream {

enum class tls_failure : std::uint8_t {
  none,
  closed,           // the other side went away in the middle
  not_tls,          // it speaks something else
  no_agreement,     // no version, suite or application protocol that both have
  no_certificate,   // it sent none and must
  bad_certificate,  // its certificate is refused: unknown authority, expired, revoked
  refused,          // it refuses us, most often our certificate
  other,
};

/// How a sentence for people calls the other side and the settings to change.
struct tls_words {
  std::string peer = "the broker";
  std::string ca = "write that authority's certificate as kafka.tls.ca (ssl.ca.location)";
  std::string name = "the broker must advertise a name that its certificate has";
  std::string plain = "leave kafka.tls out";
  std::string certificate = "write kafka.tls.certificate and kafka.tls.key";
  std::string whom = "Kafka";  // of all files: "the TLS files for Kafka"
};

/// `code`: OpenSSL's; `verdict`: on the other side's certificate.
[[nodiscard]] tls_failure failure_of(unsigned long code, long verdict) noexcept;
/// As the side that has connected to `peer` sees it.
[[nodiscard]] std::string told_to_client(unsigned long code, long verdict, const std::string& peer,
                                         const tls_words& words = {});
/// As the side that has accepted sees it.
[[nodiscard]] std::string told_to_server(unsigned long code, long verdict);

}  // namespace batching::stream
