// One connection that has no session yet: what it has shown so far (a balancer's word about its client, TLS) and what
// it waits for. Its entrance owns it and asks it to go a step further whenever its socket may have something.
#pragma once

#include <cstdint>

#include "gateway/auth/address.h"
#include "gateway/net/arrival.h"
#include "gateway/net/poller.h"
#include "metrics/recorder.h"

namespace gateway::net {

class entrance;
struct entrance_rules;

class newcomer final : public pollable {
 public:
  enum class state : std::uint8_t { waits, enters, leaves };
  struct step {
    state is = state::waits;
    metrics::tls_outcome why = metrics::tls_outcome::closed;  // where it enters or leaves
  };
  static constexpr std::chrono::seconds linger_time_max{2};  // so that a refusal is read before the connection is reset
  static constexpr std::size_t linger_bytes_max = 64 * 1024;

  newcomer(entrance& at, arrival a, batching::clock::time_point now) noexcept
      : entrance_(&at), arrival_(std::move(a)), since_(now) {}

  /// As far as what has come allows. Nothing but the socket is touched.
  [[nodiscard]] step go_on(const entrance_rules& rules, batching::clock::time_point now);
  /// After `enters`.
  [[nodiscard]] arrival take() noexcept { return std::move(arrival_); }

  void on_ready(std::uint32_t events) noexcept override;
  [[nodiscard]] batching::clock::time_point since() const noexcept { return since_; }
  /// It has said nothing yet, not even in part.
  [[nodiscard]] bool is_silent() const noexcept { return stage_ == stage::arriving || stage_ == stage::looking; }
  [[nodiscard]] bool is_lingering() const noexcept { return stage_ == stage::lingering; }
  [[nodiscard]] metrics::tls_outcome refused_for() const noexcept { return refused_for_; }
  [[nodiscard]] int descriptor() const noexcept { return arrival_.stream.descriptor(); }
  [[nodiscard]] std::string failure() const { return arrival_.stream.failure(); }
  [[nodiscard]] std::string address() const { return auth::to_string(arrival_.from.address); }

  bool has_step_due = false;  // kept by the entrance

 private:
  enum class stage : std::uint8_t { arriving, looking, shaking_hands, lingering };
  [[nodiscard]] bool may_name_client(const entrance_rules& rules) const;
  [[nodiscard]] step hear_proxy(const entrance_rules& rules, batching::clock::time_point now);
  [[nodiscard]] step look(const entrance_rules& rules, batching::clock::time_point now);
  [[nodiscard]] step shake_hands(batching::clock::time_point now);
  [[nodiscard]] step tell(const entrance_rules& rules, batching::clock::time_point now);
  [[nodiscard]] step linger(batching::clock::time_point now);
  [[nodiscard]] step drop();
  void note_certificate();

  entrance* entrance_;
  arrival arrival_;
  batching::clock::time_point since_;  // it came, or lingers
  stage stage_ = stage::arriving;
  metrics::tls_outcome refused_for_ = metrics::tls_outcome::closed;
  std::size_t dropped_bytes_ = 0;
};

}  // namespace gateway::net
