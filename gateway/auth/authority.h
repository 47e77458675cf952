// Keeps the policy in force up to date: reads the file of keys and the issuer's keys again as they change, on a thread
// of its own, and takes tenants and logins from a reload. Lanes only look at version() and take the newest. One for the
// process, built by app where `auth` is configured; outlives the lanes.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "gateway/auth/failure_limit.h"
#include "gateway/auth/login_counts.h"
#include "gateway/auth/policy.h"

namespace gateway::auth {

/// Reads what is outside; tests have their own.
class outside {
 public:
  struct document {
    std::string text;
    std::string why_not;             // empty: `text` is it
    std::string stamp;               // the same as long as it has not changed; empty: nobody can tell
    bool is_open_to_others = false;  // a file that other users may read
  };
  virtual ~outside() = default;
  /// `unless`: a stamp; the same again leaves `text` empty.
  [[nodiscard]] virtual document read(const std::string& file_or_address, const std::string& unless) = 0;
};

/// Files and http(s).
[[nodiscard]] std::unique_ptr<outside> real_outside();

class authority {
 public:
  static constexpr std::chrono::seconds files_looked_at_every{1};
  static constexpr std::chrono::seconds asked_again_after_min{10};  // for the issuer's keys, whoever wants them
  static constexpr std::chrono::seconds patience{5};                // with the issuer

  /// Reads files, and no address yet; what cannot be read is told (keys_unusable) and tried again.
  authority(config::auth_settings settings, std::vector<config::tenant_settings> tenants,
            std::unique_ptr<outside> world = real_outside());
  ~authority();
  authority(const authority&) = delete;
  authority& operator=(const authority&) = delete;

  /// Begins to look for changes.
  void start();

  // Any thread.
  [[nodiscard]] std::uint64_t version() const noexcept { return version_.load(std::memory_order_acquire); }
  [[nodiscard]] std::shared_ptr<const policy> newest(std::uint64_t& version) const;
  void set(config::auth_settings settings, std::vector<config::tenant_settings> tenants);
  /// A token names a key that is not known: look for it, soon, but not too often.
  void want_signing_keys() noexcept { wanted_.store(true, std::memory_order_relaxed); }

  [[nodiscard]] failure_limit& failures() noexcept { return failures_; }
  [[nodiscard]] login_counts& counts() noexcept { return counts_; }

  /// One look at what has changed; the thread's step, and a test's. `now` is a monotonic time.
  void look(std::chrono::steady_clock::time_point now);

 private:
  using time_point = std::chrono::steady_clock::time_point;
  void run();
  bool look_at_keys(const std::string& file);
  bool look_at_issuer(const config::jwt_settings& from, time_point now);
  void publish();

  std::unique_ptr<outside> world_;
  tenant_book book_;
  failure_limit failures_;
  login_counts counts_;
  std::atomic<std::uint64_t> version_{0};
  std::atomic<bool> wanted_{false};

  mutable std::mutex mutex_;  // of everything below
  std::condition_variable stop_;
  bool stopping_ = false;
  config::auth_settings settings_;
  std::vector<config::tenant_settings> tenants_;
  std::shared_ptr<const policy> policy_;

  // The looking thread's (and the constructor's) own.
  std::shared_ptr<const key_table> keys_;
  std::shared_ptr<const key_set> issuer_;
  std::string keys_stamp_, issuer_stamp_, issuer_text_, issuer_from_, told_keys_, told_issuer_;
  time_point issuer_due_{}, issuer_asked_{};
  bool told_open_ = false;
  std::jthread thread_;
};

}  // namespace gateway::auth
