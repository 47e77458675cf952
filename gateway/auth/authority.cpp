#include "gateway/auth/authority.h"

#include <algorithm>
#include <utility>

#include "metrics/events.h"

namespace gateway::auth {
using metrics::happened;
using metrics::happening;

namespace {

bool is_file(const std::string& name) { return name.find("://") == std::string::npos; }

bool same_rights(const config::tenant_settings& a, const std::vector<config::tenant_settings>& all) {
  return std::ranges::find(all, a) != all.end();
}

/// The audit lines of a reload.
void tell_changes(const std::vector<config::tenant_settings>& before,
                  const std::vector<config::tenant_settings>& after) {
  const auto has = [](const auto& all, const std::string& name) {
    return std::ranges::find(all, name, &config::tenant_settings::name) != all.end();
  };
  for (const config::tenant_settings& t : after)
    if (!same_rights(t, before))
      happened(happening::rights_changed, has(before, t.name) ? "a tenant's rights or quota changed" : "a tenant came",
               {{"tenant", t.name}});
  for (const config::tenant_settings& t : before)
    if (!has(after, t.name)) happened(happening::rights_changed, "a tenant went", {{"tenant", t.name}});
}

}  // namespace

authority::authority(config::auth_settings settings, std::vector<config::tenant_settings> tenants,
                     std::unique_ptr<outside> world)
    : world_(std::move(world)), settings_(std::move(settings)), tenants_(std::move(tenants)) {
  if (!settings_.api_keys_file.empty()) look_at_keys(settings_.api_keys_file);
  if (settings_.jwt && is_file(settings_.jwt->jwks)) look_at_issuer(*settings_.jwt, std::chrono::steady_clock::now());
  publish();
}

authority::~authority() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_.notify_all();
}

void authority::start() {
  thread_ = std::jthread([this] { run(); });
}

void authority::run() {
  std::unique_lock lock(mutex_);
  do {
    lock.unlock();
    look(std::chrono::steady_clock::now());
    lock.lock();
  } while (!stop_.wait_for(lock, files_looked_at_every, [this] { return stopping_; }));
}

std::shared_ptr<const policy> authority::newest(std::uint64_t& version) const {
  const std::lock_guard lock(mutex_);
  version = version_.load(std::memory_order_relaxed);
  return policy_;
}

void authority::set(config::auth_settings settings, std::vector<config::tenant_settings> tenants) {
  {
    const std::lock_guard lock(mutex_);
    tell_changes(tenants_, tenants);
    settings_ = std::move(settings);
    tenants_ = std::move(tenants);
  }
  publish();
}

void authority::look(time_point now) {
  config::auth_settings settings;
  {
    const std::lock_guard lock(mutex_);
    settings = settings_;
  }
  bool changed = !settings.api_keys_file.empty() && look_at_keys(settings.api_keys_file);
  if (settings.jwt) changed |= look_at_issuer(*settings.jwt, now);
  if (changed) publish();
}

void authority::publish() {
  const std::lock_guard lock(mutex_);
  policy_ = std::make_shared<const policy>(settings_, tenants_, keys_, issuer_, book_);
  version_.fetch_add(1, std::memory_order_release);
}

// A file that is gone or wrong for a moment (it is being written) changes nothing: the keys of before hold.
bool authority::look_at_keys(const std::string& file) {
  const outside::document read = world_->read(file, keys_stamp_);
  const auto tell = [&](const std::string& why) {
    if (why != told_keys_) happened(happening::keys_unusable, "the file of API keys cannot be used", {{"why", why}});
    told_keys_ = why;
    return false;
  };
  if (!read.why_not.empty()) return tell(file + " " + read.why_not);
  if (read.stamp == keys_stamp_ && !read.stamp.empty()) return false;
  auto table = read_keys(read.text);
  keys_stamp_ = read.stamp;
  if (!table) return tell(file + ", " + table.error().text);
  told_keys_.clear();
  if (read.is_open_to_others && !std::exchange(told_open_, true))
    happened(happening::keys_exposed, "other users may read the file of API keys", {{"file", file}});
  keys_ = std::make_shared<const key_table>(std::move(*table));
  happened(happening::keys_read, "API keys are in force", {{"keys", keys_->size()}});
  return true;
}

bool authority::look_at_issuer(const config::jwt_settings& from, time_point now) {
  if (from.jwks != issuer_from_) issuer_due_ = issuer_asked_ = time_point{};
  const bool is_wanted = wanted_.load(std::memory_order_relaxed) && now - issuer_asked_ >= asked_again_after_min;
  const bool never_asked = issuer_asked_ == time_point{};
  if (!never_asked && !is_wanted && !is_file(from.jwks) && now < issuer_due_) return false;
  issuer_from_ = from.jwks;
  issuer_asked_ = now;
  wanted_.store(false, std::memory_order_relaxed);
  const outside::document read = world_->read(from.jwks, issuer_stamp_);
  // Keys that could not be read are asked for again soon, and the keys of before hold meanwhile.
  issuer_due_ = now + (read.why_not.empty() ? from.refresh : asked_again_after_min);
  const auto tell = [&](const std::string& why) {
    if (why != told_issuer_)
      happened(happening::keys_unusable, "the issuer's keys cannot be used", {{"why", from.jwks + " " + why}});
    told_issuer_ = why;
    return false;
  };
  if (!read.why_not.empty()) return tell(read.why_not);
  if ((read.stamp == issuer_stamp_ && !read.stamp.empty()) || read.text == issuer_text_) return false;
  auto set = key_set::read(read.text);
  if (!set) return tell(set.error().text);
  issuer_stamp_ = read.stamp;
  issuer_text_ = read.text;
  told_issuer_.clear();
  issuer_ = std::make_shared<const key_set>(std::move(*set));
  for (const std::string& each : issuer_->ignored())
    happened(happening::setup_weak, "a key of the issuer is ignored", {{"why", from.jwks + " " + each}});
  happened(happening::keys_read, "the issuer's keys are in force",
           {{"keys", issuer_->size()}, {"ignored", issuer_->ignored().size()}});
  return true;
}

}  // namespace gateway::auth
