// TLS of the four listeners, and whose PROXY protocol they believe: makes what their settings ask for, puts entrances
// before their sessions, takes up renewed files, says when certificates expire. Part of the wiring; admin lane, but for
// what runs on the lanes.
#pragma once

#include <array>
#include <boost/system/result.hpp>
#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "batching/stream/ticket_keys.h"
#include "gateway/config/settings.h"
#include "gateway/net/entrance.h"
#include "gateway/net/server_tls.h"
#include "metrics/snapshot.h"

namespace gateway::app {

class listener_tls {
 public:
  static constexpr std::chrono::seconds look_every{1};
  static constexpr std::chrono::hours expiry_notice{14 * 24};
  static constexpr std::chrono::hours notice_every{24};

  /// Reads the files. The error is one sentence for people.
  [[nodiscard]] boost::system::result<void, std::string> make(const config::settings& settings);
  /// Makes a listener's sessions: `next`, behind an entrance if clients must show something first. Before the
  /// lanes run; what it returns must not outlive this.
  [[nodiscard]] net::session_factory before(metrics::listener which, std::span<runtime::lane* const> lanes,
                                            const config::limits& limits, const net::session_factory& next);

  /// Now and then: renewed files, and certificates that expire soon.
  void look(std::chrono::steady_clock::time_point now);
  /// After SIGHUP.
  void replace(const config::settings& settings);
  void add_to(metrics::snapshot& into) const;

 private:
  struct door {
    std::unique_ptr<net::server_tls> tls;  // nullptr: plain
    bool plain_too = false;
    std::unique_ptr<net::entrances> entrances;  // nullptr: none is needed
  };
  void tell_expiries();

  std::shared_ptr<batching::stream::ticket_keys> tickets_;  // co-owned by all contexts
  std::vector<config::network> trusted_;
  std::array<door, metrics::listeners + 1> doors_;  // by metrics::listener
  std::chrono::steady_clock::time_point look_due_{};
  std::chrono::steady_clock::time_point notice_due_{};
};

/// The keys of session tickets from the secret in `file`, or of this process alone where there is none. The error is
/// one sentence for people.
[[nodiscard]] boost::system::result<std::shared_ptr<batching::stream::ticket_keys>, std::string> read_tickets(
    const std::string& file);

/// Turns `settings` into OpenSSL's.
[[nodiscard]] batching::stream::tls_server_settings server_settings_of(
    const config::listener_tls& complete, metrics::listener which,
    std::shared_ptr<batching::stream::ticket_keys> tickets);

}  // namespace gateway::app
