// The parts that TLS connections of one configuration share: trust, our certificate, sessions to resume. Immutable
// but for those sessions; any thread. A renewed file is taken up by making a new one. Used with byte_stream::secure().
// Here for connections that we make; tls_server.h is for those that we accept.
#pragma once

#include <boost/system/result.hpp>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "batching/stream/tls_failure.h"

struct ssl_ctx_st;
struct ssl_session_st;
struct ssl_st;

namespace batching::stream {

struct tls_settings {
  std::string ca;           // PEM file of authorities; empty: the system's
  std::string certificate;  // PEM file, the chain after it; empty: none
  std::string key;          // PEM file; empty: in the certificate's file
  std::string key_password;
  bool verify_name = true;  // the name or address that we connect to stands in the certificate
  bool verify = true;       // the certificate leads to an authority
  tls_words words;
};

class tls_context {
 public:
  static constexpr std::size_t sessions_max = 1024;

  /// The error is one sentence for people: which file, and what is wrong with it. Reads the files.
  [[nodiscard]] static boost::system::result<std::shared_ptr<tls_context>, std::string> make(
      const tls_settings& settings);
  virtual ~tls_context();
  tls_context(const tls_context&) = delete;
  tls_context& operator=(const tls_context&) = delete;

  /// One connection's state, over a connected descriptor; nullptr: no memory. `peer`: the name or IP address that the
  /// other side must prove (client), under which a session is kept; it outlives what is returned.
  [[nodiscard]] virtual ssl_st* open(int descriptor, const std::string& peer);
  [[nodiscard]] const tls_words& words() const noexcept { return words_; }

 protected:
  /// The process is not to be killed by SIGPIPE from here on, unless it handles that itself.
  tls_context() noexcept;
  /// OpenSSL's last word, which is forgotten.
  [[nodiscard]] static std::string why();
  [[nodiscard]] static std::string load_key(ssl_ctx_st* to, const std::string& certificate, const std::string& key,
                                            std::string password);

  ssl_ctx_st* context_ = nullptr;

 private:
  [[nodiscard]] std::string configure(const tls_settings& settings);
  [[nodiscard]] std::string trust(const tls_settings& settings);
  static int keep_session(ssl_st* of, ssl_session_st* session);
  void resume(ssl_st* connection, const std::string& peer);

  bool verify_name_ = true;
  tls_words words_;
  std::mutex mutex_;
  std::map<std::string, ssl_session_st*> sessions_;  // by peer
};

}  // namespace batching::stream
