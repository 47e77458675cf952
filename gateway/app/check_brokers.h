// The half of `headgate check` that speaks Kafka's protocol itself: every address of kafka.bootstrap and every address
// that brokers advertise, with TLS and login as the direct publisher has them; then the rights of this login.
#pragma once

#include <string>
#include <vector>

#include "gateway/config/settings.h"

namespace gateway::app {

/// Whether our own client has all that these settings ask for (not Kerberos, key stores, ..).
[[nodiscard]] bool can_check_brokers(const config::kafka_settings& kafka);

/// A broker that answers, and with whom this gateway does not come to terms.
struct refusal {
  std::string broker;
  std::string why;  // what to change, for people
};
/// Those of kafka.bootstrap. Takes some seconds at most.
[[nodiscard]] std::vector<refusal> refusals_of_brokers(const config::settings& settings);

/// Everything that is wrong, one line each, with what to change. Takes at most twenty seconds.
[[nodiscard]] std::vector<std::string> check_brokers(const config::settings& settings);

}  // namespace gateway::app
