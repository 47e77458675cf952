// Signals, on the admin lane: SIGTERM and SIGINT drain (drain.cpp), a second one ends the process at once, SIGHUP reads
// the configuration again.
#include <cstdlib>
#include <iostream>

#include "gateway/app/application.h"
#include "gateway/app/check_rights.h"
#include "metrics/events.h"
#include "metrics/log.h"

namespace gateway::app {
using metrics::happened;
using metrics::happening;

void application::await_signal() {
  signals_.async_wait([this](boost::system::error_code error, int signal) {
    if (error) return;
    await_signal();
    on_signal(signal);
  });
}

void application::on_signal(int signal) {
  if (signal == SIGHUP) return reload();
  if (!stopping_.exchange(true)) {
    threads_.emplace_back([this] { drain(); });
    return;
  }
  const std::uint64_t left = unsettled_records();
  std::cerr << "headgate: stopped at once by a second signal, " << left << " records unsettled\n";
  std::_Exit(left == 0 ? 0 : 4);
}

void application::reload() {
  auto fresh = reload_();
  if (!fresh) {
    happened(happening::config_refused, "the configuration is wrong; everything stays as it was",
             {{"why", fresh.error()}});
    return;
  }
  const config::changes changes = config::compare(*in_force_, *fresh);
  for (const std::string& path : changes.needs_restart)
    happened(happening::config_needs_restart, "changed, and takes a restart to come into force", {{"option", path}});
  in_force_ = std::make_shared<const config::settings>(config::merge_reloadable(*in_force_, *fresh));
  if (authority_ && in_force_->auth) authority_->set(*in_force_->auth, in_force_->tenants);
  for (const auto& l : lanes_) l->set_settings(in_force_);
  admin_.set_settings(in_force_);
  tls_of_listeners_.replace(*in_force_);
  tell_weaknesses(*in_force_);
  metrics::set_log_level(metrics::parse_log_level(in_force_->log.level).value_or(metrics::log_level::info));
  happened(happening::config_reloaded, "the configuration was read again", {{"changed", changes.reloadable.size()}});
}

}  // namespace gateway::app
