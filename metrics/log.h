// The process's log: one line a happening, text or JSON, to stderr. Asynchronous with a bounded queue that drops its
// oldest lines rather than make a caller wait. `app` builds one `log`; everybody else calls happened() (events.h) or
// log_event().
#pragma once

#include <atomic>
#include <concepts>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace metrics {

enum class log_level : std::uint8_t { debug, info, warning, error };  // error: data loss, or an operator is needed
enum class log_format : std::uint8_t { text, json };

[[nodiscard]] std::string_view to_string(log_level level) noexcept;
[[nodiscard]] std::optional<log_level> parse_log_level(std::string_view name) noexcept;

/// A named value of a line: {"topic", name}, {"offset", 17}, {"ratio", 0.5}, {"paused", true}. Text is referred to, not
/// copied, until log_event() returns.
class field {
 public:
  field(std::string_view name, std::string_view text) : name_(name), value_(text) {}
  field(std::string_view name, const std::string& text) : name_(name), value_(std::string_view(text)) {}
  field(std::string_view name, const char* text) : name_(name), value_(std::string_view(text ? text : "")) {}
  field(std::string_view name, bool truth) : name_(name), value_(truth) {}
  template <std::signed_integral Number>
  field(std::string_view name, Number number) : name_(name), value_(static_cast<std::int64_t>(number)) {}
  template <std::unsigned_integral Number>
  field(std::string_view name, Number number) : name_(name), value_(static_cast<std::uint64_t>(number)) {}
  template <std::floating_point Number>
  field(std::string_view name, Number number) : name_(name), value_(static_cast<double>(number)) {}

  [[nodiscard]] std::string_view name() const noexcept { return name_; }
  void append_text(std::string& to) const;
  void append_json(std::string& to) const;

 private:
  std::string_view name_;
  std::variant<std::string_view, bool, std::int64_t, std::uint64_t, double> value_;
};

using fields = std::initializer_list<field>;

/// One line, without its end. Pure; `unix_us` is the time since the epoch. Bytes a terminal or a parser could trip over
/// are escaped: what a client sent cannot forge a line.
[[nodiscard]] std::string format_line(log_format as, std::int64_t unix_us, log_level level, std::string_view event,
                                      std::string_view message, fields list);

struct log_options {
  log_format format = log_format::text;
  log_level level = log_level::info;              // what is below is not written
  std::size_t queue_lines_max = 1024;             // of about 400 bytes each, reserved at the start
  std::function<void(std::string_view line)> to;  // instead of stderr; runs on the log's own thread
};

/// While one lives, lines go through it; its end writes what is queued. At most one at a time.
class log {
 public:
  explicit log(log_options options);
  ~log();
  log(const log&) = delete;
  log& operator=(const log&) = delete;

  /// Returns when what was queued before the call is written.
  void flush();

  struct state;  // log.cpp's own

 private:
  std::unique_ptr<state> state_;  // used by callers for the length of one log_event(): the end waits for them
};

/// Any thread, never blocks on the output. Without a `log` (before start, in tests) warnings and errors go straight to
/// stderr.
void log_event(log_level level, std::string_view event, std::string_view message, fields list = {});

/// Any thread; the level of the one log, e.g. after a reload.
void set_log_level(log_level level) noexcept;

/// Lines dropped since the start of the process: by the full queue, or for want of memory.
[[nodiscard]] std::uint64_t log_lines_dropped() noexcept;
/// A line was given up before it came to the log. Any thread.
void count_dropped_line() noexcept;

/// At most `lines` in each window of `per_ms`; what is beyond is counted and told to the next one that passes.
/// Lock-free.
class rate_limit {
 public:
  constexpr rate_limit(std::uint32_t lines, std::uint32_t per_ms) noexcept : lines_(lines), per_ms_(per_ms) {}

  /// nullopt: be silent. Otherwise speak, and say how many were silent since the last window that spoke.
  [[nodiscard]] std::optional<std::uint64_t> admit(std::int64_t now_ms) noexcept;

 private:
  std::uint32_t lines_;
  std::uint32_t per_ms_;
  std::atomic<std::uint64_t> state_{0};  // window number (high half), how many came in it (low half)
};

/// log_event() behind a limit, on the log's own clock; the first line after silence ends with how many were not
/// written.
void rate_limited(rate_limit& limit, log_level level, std::string_view event, std::string_view message,
                  fields list = {});

}  // namespace metrics
