// Happenings: what the process tells a person about itself. Each has one row in one catalogue: its level, its log
// line's name, its place in `headgate_happenings_total`, and what to do about it. happened() counts it and logs it,
// rate-limited. Everybody calls it; docs/operations.md is checked against the catalogue by a test.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "metrics/log.h"

namespace metrics {

enum class happening : std::uint8_t {
  started,
  ready,
  not_ready,
  kafka_unreachable,
  kafka_back,
  kafka_log,
  kafka_refused,
  publisher_librdkafka,
  producer_fatal,
  producer_rebuilt,
  credentials_renewed,
  credentials_unusable,
  record_refused,
  record_fate_unknown,
  partition_ownership,
  foreign_writer,
  store_topic_unfit,
  store_topic_weak,
  store_topic_fit,
  store_keep_alive_overdue,
  store_log_unreadable,
  store_log_restarted,
  webhook_secret_unreadable,
  topic_grew,
  topic_shrank,
  topic_gone,
  topic_back,
  partition_full,
  store_index_thrown_away,
  store_index_temporary,
  store_index_failed,
  store_version_mismatch,
  store_peer_lost,
  store_peers_open,
  budget_paused,
  budget_resumed,
  lag_unknown,
  accept_failed,
  connections_full,
  open_files_short,
  tls_handshake_failed,
  certificate_expires,
  protocol_error,
  line_oversize,
  login_refused,
  rights_changed,
  keys_read,
  keys_unusable,
  keys_exposed,
  setup_weak,
  line_discarded,
  lines_topic_unknown,
  config_reloaded,
  config_needs_restart,
  config_refused,
  drain_started,
  drain_finished,
  drain_incomplete,
  internal_error,
  log_overrun,
};
inline constexpr std::size_t happenings = static_cast<std::size_t>(happening::log_overrun) + 1;

struct happening_info {
  happening which;
  std::string_view name;  // of the log line (`event`) and of the metric's label `happening`
  log_level level;
  bool calls_person;        // someone should look now, not tomorrow
  std::uint32_t lines_max;  // in each `per_ms`; what is beyond is counted, not written
  std::uint32_t per_ms;
  std::string_view meaning;
  std::string_view what_to_do;
};

/// Every happening, in the order of the enum.
[[nodiscard]] std::span<const happening_info> happening_catalogue() noexcept;
[[nodiscard]] const happening_info& info(happening which) noexcept;

/// Any thread, any time, never blocks. The counter always moves; the line is written within the happening's limit.
void happened(happening which, std::string_view message, fields list = {}) noexcept;

/// `headgate_happenings_total{happening=info(which).name}`.
[[nodiscard]] std::uint64_t happened_total(happening which) noexcept;

/// Now and then (the app's tick): reports lines the log's queue dropped since the last call, as `log_overrun`.
void report_log_overrun() noexcept;

}  // namespace metrics
