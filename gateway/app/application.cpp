#include "gateway/app/application.h"

#include <unistd.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <csignal>
#include <iostream>

#include "gateway/app/start_up_pages.h"
#include "gateway/frames/session.h"
#include "gateway/lines/session.h"
#include "metrics/events.h"

namespace gateway::app {
namespace asio = boost::asio;
using batching::clock;
using metrics::happened;
using metrics::happening;
using result = boost::system::result<void, std::string>;

namespace {

std::vector<runtime::lane*> pointers(const std::vector<std::unique_ptr<runtime::lane>>& lanes) {
  std::vector<runtime::lane*> all;
  for (const auto& l : lanes) all.push_back(l.get());
  return all;
}

}  // namespace

application::application(config::settings settings, reload_source reload)
    : settings_(std::make_shared<const config::settings>(std::move(settings))),
      in_force_(settings_),
      reload_(std::move(reload)),
      budget_(settings_->limits.in_flight_bytes_max, settings_->limits.in_flight_bytes_high,
              settings_->limits.in_flight_bytes_low),
      readiness_(budget_, settings_->limits.kafka_away_max),
      connections_(settings_->limits.connections_max),
      publisher_(producer_settings(), directory_settings(),
                 {[this](auto topics) { take_topics(std::move(topics)); },
                  [this](const std::string& json) { statistics_.take(json); }, cluster_listener()}),
      admin_(settings_->lanes, settings_, *this, publisher_, budget_),
      admin_view_([this] { return observe(); }),
      signals_(admin_.io()),
      readiness_timer_(admin_.io()) {
  for (std::uint32_t i = 0; i < settings_->lanes; ++i) {
    if (settings_->kafka.is_direct) direct_.push_back(make_direct_publisher());
    lanes_.push_back(std::make_unique<runtime::lane>(i, settings_, *this, publisher_of_lane(i), budget_));
    if (settings_->kafka.is_direct) direct_.back()->attach(lanes_.back()->io());
  }
}

application::~application() {
  for (const auto& d : direct_) d->close();  // before the lanes' io_contexts go
}

int application::run() {
  if (const result started = start(); !started) {
    std::cerr << "headgate: " << started.error() << '\n';
    return 1;
  }
  watch_readiness();
  await_signal();
  admin_.run();  // until drain() stops it
  return finish();
}

result application::start() {
  std::signal(SIGPIPE, SIG_IGN);
  if (result opened = open_listeners(); !opened) return opened;
  if (result made = publisher_.start(); !made) return made;
  if (!settings_->lag.groups.empty()) {
    batching::topics::consumer_lag_settings lag;
    lag.bootstrap = settings_->kafka.bootstrap;
    lag.properties = settings_->kafka.properties;
    lag.groups = settings_->lag.groups;
    lag.interval = settings_->lag.interval;
    lag.partitions_of = [this](std::string_view topic) {
      const std::lock_guard lock(topics_mutex_);
      const auto* entry = topics_ ? topics_->find(topic) : nullptr;
      return entry != nullptr ? entry->partitions : 0;
    };
    lag_ = std::make_unique<batching::topics::consumer_lag>(std::move(lag));
  }
  boost::system::error_code error;
  signals_.add(SIGTERM, error);
  signals_.add(SIGINT, error);
  signals_.add(SIGHUP, error);
  start_sessions();
  start_threads();
  happened(happening::started, "listening; not ready before Kafka has told its topics",
           {{"http", http_ ? net::to_string(http_->at()) : "off"},
            {"tcp", tcp_ ? net::to_string(tcp_->at()) : "off"},
            {"lines", lines_ ? net::to_string(lines_->at()) : "off"},
            {"admin", admin_http_ ? net::to_string(admin_http_->at()) : "off"},
            {"lanes", lanes_.size()},
            {"publisher", settings_->kafka.is_direct ? "direct" : "librdkafka"}});
  return {};
}

result application::listen(const std::optional<config::endpoint>& at, metrics::listener kind,
                           std::span<runtime::lane* const> on, std::unique_ptr<net::listener>& to) {
  if (!at) return {};
  auto bound = net::listener::bind(*at, on, kind, connections_);
  if (!bound) return bound.error().detail;
  to = std::move(*bound);
  return {};
}

result application::open_listeners() {
  const std::vector<runtime::lane*> lanes = pointers(lanes_);
  runtime::lane* const admin[] = {&admin_};
  if (result r = listen(settings_->http, metrics::listener::http, lanes, http_); !r) return r;
  if (result r = listen(settings_->tcp, metrics::listener::tcp, lanes, tcp_); !r) return r;
  if (result r = listen(settings_->lines, metrics::listener::lines, lanes, lines_); !r) return r;
  return listen(settings_->admin, metrics::listener::http, admin, admin_http_);
}

void application::start_sessions() {
  const std::vector<runtime::lane*> lanes = pointers(lanes_);
  runtime::lane* const admin[] = {&admin_};
  http_sessions_ = std::make_unique<http1::http_sessions>(lanes, api::surface::events);
  admin_sessions_ = std::make_unique<http1::http_sessions>(admin, api::surface::admin, &admin_view_);
  if (http_) http_->start(http_sessions_->factory());
  if (tcp_) tcp_->start(frames::tcp_sessions(lanes));
  if (lines_) lines_->start(lines::lines_sessions(lanes));
  if (admin_http_) admin_http_->start(admin_sessions_->factory());
}

void application::start_threads() {
  for (const auto& l : lanes_) threads_.emplace_back([lane = l.get()] { lane->run(); });
  asio::post(lanes_.front()->io(), [this] { serve_publisher(); });
}

// Lane 0 settles what Kafka has answered, for all lanes; each lane then answers its own clients.
void application::serve_publisher() {
  if (!publisher_events_) publisher_events_.emplace(lanes_.front()->io(), dup(publisher_.event_fd()));
  if (publisher_.serve()) {
    asio::post(lanes_.front()->io(), [this] { serve_publisher(); });
    return;
  }
  publisher_events_->async_wait(asio::posix::descriptor_base::wait_read, [this](boost::system::error_code error) {
    if (!error) serve_publisher();
  });
}

void application::take_topics(std::shared_ptr<const batching::topic_table> topics) {
  for (const auto& l : lanes_) l->set_topics(topics);
  admin_.set_topics(topics);
  const std::lock_guard lock(topics_mutex_);
  topics_ = std::move(topics);
}

void application::refresh_topics(runtime::lane& asking, std::function<void()> done) {
  publisher_.refresh_topics([&asking, done = std::move(done)]() mutable { asio::post(asking.io(), std::move(done)); });
}

void application::watch_readiness() {
  const auto health = publisher_.health();
  runtime::readiness::seen seen;
  if (!health.reachable) seen.kafka_away = std::max(health.away, std::chrono::milliseconds(1));
  {
    const std::lock_guard lock(topics_mutex_);
    seen.topics_known = topics_ != nullptr;
    seen.topic_full = topics_ && std::ranges::any_of(topics_->topics(), [this](const auto& t) {
                        return t.second.shared->in_flight_bytes() >= budget_.share_bytes() / 10 * 9;
                      });
  }
  readiness_.update(seen, clock::now());
  announce_once_ready();
  report_pressure();
  metrics::report_log_overrun();
  readiness_timer_.expires_after(runtime::readiness::interval);
  readiness_timer_.async_wait([this](boost::system::error_code error) {
    if (!error) watch_readiness();
  });
}

void application::report_pressure() {
  if (was_paused_ == budget_.paused()) return;
  was_paused_ = !was_paused_;
  if (was_paused_)
    happened(happening::budget_paused, "the in-flight budget is used up: new events are refused",
             {{"bytes", budget_.bytes()}, {"limit_bytes", budget_.limit_bytes()}});
  else
    happened(happening::budget_resumed, "the in-flight budget has room again", {{"bytes", budget_.bytes()}});
}

void application::announce_once_ready() {
  const std::string reason = not_ready_reason();
  if (was_ready_ != reason.empty()) {
    was_ready_ = reason.empty();
    if (was_ready_)
      happened(happening::ready, "events are taken");
    else
      happened(happening::not_ready, "events are refused", {{"why", reason}});
  }
  if (announced_ || !was_ready_) return;
  announced_ = true;
  std::string line = "headgate ready";
  const auto add = [&line](const char* what, const std::unique_ptr<net::listener>& l) {
    if (l) line += std::string(" ") + what + "=" + net::to_string(l->at());
  };
  add("http", http_);
  add("tcp", tcp_);
  add("lines", lines_);
  add("admin", admin_http_);
  std::cout << line << std::endl;
  release_start_up_pages();
}

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
  for (const auto& l : lanes_) l->set_settings(in_force_);
  admin_.set_settings(in_force_);
  metrics::set_log_level(metrics::parse_log_level(in_force_->log.level).value_or(metrics::log_level::info));
  happened(happening::config_reloaded, "the configuration was read again", {{"changed", changes.reloadable.size()}});
}

}  // namespace gateway::app
