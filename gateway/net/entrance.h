// Connections wait here before they have a session: a balancer names its client, TLS shakes hands. Bounded in number
// and in time; a step of a handshake costs up to a millisecond, so a lane does a few of them and then its other work.
// Names no protocol. One a lane and listener, where there is anything to wait for; lane thread only.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <list>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "gateway/config/values.h"
#include "gateway/net/listener.h"
#include "gateway/net/newcomer.h"
#include "gateway/net/poller.h"
#include "gateway/net/server_tls.h"

namespace gateway::net {

/// The rules of a listener's entrances. Outlives them.
struct entrance_rules {
  metrics::listener kind = metrics::listener::http;
  const server_tls* tls = nullptr;       // nullptr: plain
  std::vector<config::network> trusted;  // whose PROXY protocol is believed
  bool plain_too = false;                // who does not begin with TLS is taken as it comes
  std::string told_plain;                // else it is told this, in its own protocol
  std::size_t waiting_max = 512;         // a lane; the one that has waited longest makes room for a new one
};

class entrance final : private poll_listener, private runtime::timed {
 public:
  static constexpr int steps_per_turn_max = 2;
  static constexpr std::chrono::seconds drain_patience{1};  // for those that have not shaken hands yet

  entrance(runtime::lane& on, const entrance_rules& rules, session_factory next);
  ~entrance() override;
  entrance(const entrance&) = delete;
  entrance& operator=(const entrance&) = delete;

  void admit(arrival a);
  [[nodiscard]] runtime::lane& on() noexcept { return *lane_; }

 private:
  friend class newcomer;
  void on_round_over() noexcept override {}
  void on_tick(batching::clock::time_point now) noexcept override;

  /// It has something to do.
  void step_soon(newcomer& of);
  void take_steps();
  void step(newcomer& of);
  void enter(newcomer& of, metrics::tls_outcome how);
  void end(newcomer& of, metrics::tls_outcome why);
  void forget(newcomer& of);
  void note_waiting() noexcept;

  runtime::lane* lane_;
  const entrance_rules* rules_;
  session_factory next_;
  poller poller_;
  std::list<newcomer> waiting_;    // who came first stands first
  std::deque<newcomer*> to_step_;  // nullptr: it went away meanwhile
  bool turn_posted_ = false;
};

/// The entrances of one listener, one a lane. Built by app beside the sessions, with their lifetime.
class entrances {
 public:
  entrances(std::span<runtime::lane* const> lanes, entrance_rules rules, const session_factory& next);

  /// For listener::start(); this object must outlive its use.
  [[nodiscard]] session_factory factory();

 private:
  entrance_rules rules_;
  std::vector<std::unique_ptr<entrance>> lanes_;
};

}  // namespace gateway::net
