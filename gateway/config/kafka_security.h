// `kafka.tls` and `kafka.login`: their options, and how they become the librdkafka properties of the same meaning,
// which both publishers read. A setting written in both ways is refused. Used by option_table.cpp, finalize.cpp and
// render.cpp.
#pragma once

#include <string_view>
#include <vector>

#include "gateway/config/draft.h"
#include "gateway/config/option_table.h"
#include "gateway/config/settings.h"

namespace gateway::config {

[[nodiscard]] std::vector<setting_option> kafka_security_options();

/// Adds to `to.kafka.properties` and `to.kafka.secret_files`, or to `wrong`.
void set_security(const draft& from, settings& to, std::vector<config_error>& wrong);

/// Whether the value of one of our own options must not be shown.
[[nodiscard]] bool is_secret_option(std::string_view path) noexcept;

}  // namespace gateway::config
