// TLS and login of our own connections to Kafka, from the configuration. Used by the wiring and by `headgate check`.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "batching/kafka/client/login/login.h"
#include "batching/kafka/client/tls_files.h"
#include "gateway/config/settings.h"

namespace gateway::app {

/// nullptr: connections are plain.
[[nodiscard]] std::shared_ptr<batching::kafka::client::tls_files> kafka_tls(const config::kafka_settings& kafka);
/// One source of tokens in the process; nullptr: it needs none, or librdkafka has one of its own.
[[nodiscard]] std::shared_ptr<batching::kafka::client::login::token_source> kafka_tokens(
    const config::kafka_settings& kafka);
/// nullptr: none.
[[nodiscard]] std::shared_ptr<batching::kafka::client::login::credentials> kafka_login(
    const config::kafka_settings& kafka, std::shared_ptr<batching::kafka::client::login::token_source> tokens);
/// For librdkafka's clients: properties, without those that a source of ours stands for.
[[nodiscard]] std::map<std::string, std::string> librdkafka_properties(const config::kafka_settings& kafka,
                                                                       bool has_tokens);

}  // namespace gateway::app
