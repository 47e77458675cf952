// The TLS of a listener: its certificates by server name, whom it trusts, its session tickets. TLS 1.2 and 1.3 with
// modern suites only. Immutable; any thread. A renewed file is taken up by making a new one, and connections keep the
// one that they began with. Made by net::server_tls; used with byte_stream::secure().
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "batching/stream/certificate_file.h"
#include "batching/stream/ticket_keys.h"
#include "batching/stream/tls_context.h"

struct x509_store_ctx_st;

namespace batching::stream {

enum class client_certificates : std::uint8_t { none, optional, required };

struct tls_server_settings {
  struct pair {
    std::string certificate;  // PEM file, the chain after it
    std::string key;          // PEM file; empty: in the certificate's file
  };
  std::vector<pair> certificates;  // the first is for clients that ask for no name we have
  std::string client_ca;           // PEM file of authorities that clients' certificates lead to
  std::string revoked;             // PEM file of revocation lists; empty: none
  client_certificates clients = client_certificates::none;
  bool only_1_3 = false;
  std::string protocol;                  // for ALPN, the only one that is spoken; empty: nothing is agreed upon
  std::shared_ptr<ticket_keys> tickets;  // co-owned by the contexts made before and after this one
};

class tls_server final : public tls_context {
 public:
  /// The error is one sentence for people: which file, and what is wrong with it. Reads the files.
  [[nodiscard]] static boost::system::result<std::shared_ptr<tls_server>, std::string> make(
      tls_server_settings settings);
  ~tls_server() override;

  [[nodiscard]] ssl_st* open(int descriptor, const std::string& unused) override;

  /// One for each certificate, in the order of the settings.
  [[nodiscard]] const std::vector<certificate_facts>& certificates() const noexcept { return facts_; }
  [[nodiscard]] const tls_server_settings& settings() const noexcept { return settings_; }
  /// The context of the certificate for `host`; the first one where none is.
  [[nodiscard]] ssl_ctx_st* context_for(std::string_view host) const noexcept;

 private:
  explicit tls_server(tls_server_settings settings) noexcept : settings_(std::move(settings)) {}
  [[nodiscard]] std::string configure();
  [[nodiscard]] std::string add(const tls_server_settings::pair& from);
  [[nodiscard]] std::string ask_clients(ssl_ctx_st* to) const;
  [[nodiscard]] std::string read_revoked(ssl_ctx_st* to) const;
  [[nodiscard]] std::string bind_sessions(ssl_ctx_st* to) const;

  tls_server_settings settings_;
  std::vector<ssl_ctx_st*> contexts_;  // by certificate; the first is context_
  std::vector<certificate_facts> facts_;
};

}  // namespace batching::stream
