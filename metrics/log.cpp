#include "metrics/log.h"

#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <unistd.h>

#include <cassert>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

namespace metrics {
namespace {

/// Writes whole lines to the file descriptor: no stdio buffer that a crash could lose.
void write_stderr(std::string_view line) noexcept {
  while (!line.empty()) {
    const ssize_t n = ::write(STDERR_FILENO, line.data(), line.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return;
    line.remove_prefix(static_cast<std::size_t>(n));
  }
}

class line_sink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit line_sink(std::function<void(std::string_view)> to) : to_(std::move(to)) {}
  [[nodiscard]] std::uint64_t flushes() const noexcept { return flushes_.load(std::memory_order_acquire); }

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    const std::string_view line(message.payload.data(), message.payload.size());
    if (to_) return to_(line);
    buffer_.assign(line).push_back('\n');
    write_stderr(buffer_);
  }
  void flush_() override { flushes_.fetch_add(1, std::memory_order_release); }

  std::function<void(std::string_view)> to_;
  std::string buffer_;
  std::atomic<std::uint64_t> flushes_{0};
};

std::int64_t unix_us() noexcept {
  using namespace std::chrono;
  return duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
}

std::int64_t steady_ms() noexcept {
  using namespace std::chrono;
  return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

}  // namespace

struct log::state {
  explicit state(log_options options)
      : format(options.format),
        sink(std::make_shared<line_sink>(std::move(options.to))),
        pool(std::make_shared<spdlog::details::thread_pool>(options.queue_lines_max, 1)),
        logger(std::make_shared<spdlog::async_logger>("headgate", sink, pool,
                                                      spdlog::async_overflow_policy::overrun_oldest)) {
    logger->set_level(spdlog::level::trace);
    logger->set_error_handler([](const std::string&) {});  // a log that cannot be written is no reason to write a log
  }

  // The pool ends first: what is queued is written, and the logger's last reference is ours.
  ~state() { pool.reset(); }
  state(const state&) = delete;
  state& operator=(const state&) = delete;

  log_format format;
  std::shared_ptr<line_sink> sink;                     // co-owned by the logger
  std::shared_ptr<spdlog::details::thread_pool> pool;  // ours alone: the logger holds it weakly
  std::shared_ptr<spdlog::async_logger> logger;        // co-owned by the pool's queued lines
};

namespace {

// The one log of the process, looked up by every caller. A mutex held for a few instructions: lines are rare and
// rate-limited.
std::mutex current_guard;
std::condition_variable unused;
log::state* current = nullptr;
std::size_t users = 0;  // of current, each for the length of one line
std::atomic<log_level> current_level{log_level::info};
std::atomic<std::uint64_t> dropped_before{0};

class current_log {
 public:
  current_log() {
    const std::lock_guard lock(current_guard);
    to_ = current;
    if (to_ != nullptr) ++users;
  }
  ~current_log() {
    if (to_ == nullptr) return;
    const std::lock_guard lock(current_guard);
    if (--users == 0) unused.notify_all();
  }
  current_log(const current_log&) = delete;
  current_log& operator=(const current_log&) = delete;
  [[nodiscard]] log::state* get() const noexcept { return to_; }

 private:
  log::state* to_;
};

}  // namespace

log::log(log_options options) {
  const log_level level = options.level;
  state_ = std::make_unique<state>(std::move(options));
  const std::lock_guard lock(current_guard);
  assert(current == nullptr && "one log at a time");
  current = state_.get();
  current_level.store(level, std::memory_order_relaxed);
}

log::~log() {
  std::unique_lock lock(current_guard);
  current = nullptr;
  unused.wait(lock, [] { return users == 0; });
  dropped_before.fetch_add(state_->pool->overrun_counter(), std::memory_order_relaxed);
  current_level.store(log_level::info, std::memory_order_relaxed);
}

void log::flush() {
  constexpr auto patience = std::chrono::seconds(2);  // stderr may be a pipe nobody reads
  const auto until = std::chrono::steady_clock::now() + patience;
  const std::uint64_t before = state_->sink->flushes();
  state_->logger->flush();
  while (state_->sink->flushes() == before && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

void log_event(log_level level, std::string_view event, std::string_view message, fields list) {
  if (level < current_level.load(std::memory_order_relaxed)) return;
  const current_log now;
  if (log::state* to = now.get(); to != nullptr) {
    const std::string line = format_line(to->format, unix_us(), level, event, message, list);
    to->logger->log(spdlog::level::info, spdlog::string_view_t(line.data(), line.size()));
  } else if (level >= log_level::warning) {
    write_stderr(format_line(log_format::text, unix_us(), level, event, message, list) + '\n');
  }
}

void set_log_level(log_level level) noexcept { current_level.store(level, std::memory_order_relaxed); }

std::uint64_t log_lines_dropped() noexcept {
  const std::lock_guard lock(current_guard);
  return dropped_before.load(std::memory_order_relaxed) + (current != nullptr ? current->pool->overrun_counter() : 0);
}

void count_dropped_line() noexcept { dropped_before.fetch_add(1, std::memory_order_relaxed); }

std::optional<std::uint64_t> rate_limit::admit(std::int64_t now_ms) noexcept {
  constexpr std::uint64_t count_mask = 0xffff'ffff;
  const std::uint64_t window = (static_cast<std::uint64_t>(now_ms) / per_ms_ + 1) & count_mask;  // 0 is "never"
  std::uint64_t old = state_.load(std::memory_order_relaxed);
  for (;;) {
    const std::uint64_t came = old & count_mask;
    const bool fresh = (old >> 32) != window;
    const std::uint64_t count = fresh ? 1 : came + (came < count_mask);
    if (!state_.compare_exchange_weak(old, window << 32 | count, std::memory_order_relaxed)) continue;
    if (fresh) return came > lines_ ? came - lines_ : 0;
    if (count <= lines_) return 0;
    return std::nullopt;
  }
}

void rate_limited(rate_limit& limit, log_level level, std::string_view event, std::string_view message, fields list) {
  const auto suppressed = limit.admit(steady_ms());
  if (!suppressed) return;
  if (*suppressed == 0) return log_event(level, event, message, list);
  std::string more(message);
  more.append(" (").append(std::to_string(*suppressed)).append(" like this were not logged)");
  log_event(level, event, more, list);
}

}  // namespace metrics
