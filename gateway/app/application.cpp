#include "gateway/app/application.h"

#include <unistd.h>

#include <boost/asio/post.hpp>
#include <csignal>
#include <iostream>

#include "gateway/api/endpoints.h"
#include "gateway/app/check_rights.h"
#include "gateway/app/kafka_security.h"
#include "gateway/net/open_files.h"
#include "metrics/events.h"

namespace gateway::app {
namespace asio = boost::asio;
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
      admin_budget_(admin_bytes_max, admin_bytes_max / 4 * 3, admin_bytes_max / 2),
      readiness_(budget_, settings_->limits.kafka_away_max, static_cast<int>(settings_->limits.unreached_leaders_max)),
      connections_(settings_->limits.connections_max),
      admin_connections_(admin_connections_max, "the admin listener's own"),
      tokens_(kafka_tokens(settings_->kafka)),
      publisher_(producer_settings(), directory_settings(),
                 {[this](auto topics) { take_topics(std::move(topics)); },
                  [this](const std::string& json) { statistics_.take(json); }, cluster_listener()}),
      store_(settings_->kafka.is_direct ? static_cast<batching::publisher&>(owners_) : publisher_),
      admin_(settings_->lanes, settings_, *this, publisher_, admin_budget_),
      admin_view_([this] { return observe(); }),
      signals_(admin_.io()),
      readiness_timer_(admin_.io()) {
  if (settings_->kafka.is_direct || settings_->has_store()) secure_direct();
  for (std::uint32_t i = 0; i < settings_->lanes; ++i) {
    if (settings_->kafka.is_direct) direct_.push_back(make_direct_publisher());
    lanes_.push_back(std::make_unique<runtime::lane>(i, settings_, *this, publisher_of_lanes(), budget_));
    if (!settings_->kafka.is_direct) continue;
    direct_.back()->attach(lanes_.back()->io());
    owners_.add_lane(*direct_.back(), *lanes_.back());
  }
}

application::~application() {
  store_.close();
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
  const std::string shortage =
      net::open_files_shortage(net::raise_open_file_limit(), settings_->limits.connections_max);
  if (!shortage.empty()) happened(happening::open_files_short, shortage);
  if (result made = tls_of_listeners_.make(*settings_); !made) return made;
  tell_weaknesses(*settings_);
  if (result opened = open_listeners(); !opened) return opened;
  if (result opened = store_.start(
          settings_, pointers(lanes_), [this] { return make_store_driver(); }, store_group(), store_question());
      !opened)
    return opened;
  if (result opened = store_.start_peers(pointers(lanes_), tcp_ ? std::optional(tcp_->at()) : std::nullopt,
                                         http_ ? std::optional(http_->at()) : std::nullopt);
      !opened)
    return opened;
  if (result made = publisher_.start(); !made) return made;
  if (settings_->auth) {
    authority_ = std::make_unique<auth::authority>(*settings_->auth, settings_->tenants);
    authority_->start();
  }
  start_lag();
  watch_first_contact();
  boost::system::error_code error;
  signals_.add(SIGTERM, error);
  signals_.add(SIGINT, error);
  signals_.add(SIGHUP, error);
  start_sessions();
  start_threads();
  say_started();
  return {};
}

void application::say_started() const {
  happened(happening::started, "listening; not ready before Kafka has told its topics",
           {{"http", http_ ? net::to_string(http_->at()) : "off"},
            {"tcp", tcp_ ? net::to_string(tcp_->at()) : "off"},
            {"lines", lines_ ? net::to_string(lines_->at()) : "off"},
            {"admin", admin_http_ ? net::to_string(admin_http_->at()) : "off"},
            {"lanes", lanes_.size()},
            {"lanes_reason", settings_->lanes_reason},
            {"publisher", settings_->kafka.is_direct ? "direct" : "librdkafka"}});
  tell_publisher();
}

void application::watch_first_contact() {
  first_contact_ = std::make_unique<first_contact>(settings_, [this] {
    const std::lock_guard lock(topics_mutex_);
    return topics_ != nullptr;
  });
}

void application::start_lag() {
  if (settings_->lag.groups.empty()) return;
  batching::topics::consumer_lag_settings lag;
  lag.bootstrap = settings_->kafka.bootstrap;
  lag.properties = librdkafka_properties(settings_->kafka, tokens_ != nullptr);
  lag.credentials = credentials_of_librdkafka();
  lag.groups = settings_->lag.groups;
  lag.interval = settings_->lag.interval;
  lag.partitions_of = [this](std::string_view topic) {
    const std::lock_guard lock(topics_mutex_);
    const auto* entry = topics_ ? topics_->find(topic) : nullptr;
    return entry != nullptr ? entry->partitions : 0;
  };
  lag_ = std::make_unique<batching::topics::consumer_lag>(std::move(lag));
}

result application::listen(const std::optional<config::endpoint>& at, metrics::listener kind,
                           std::span<runtime::lane* const> on, net::connection_limit& limit,
                           std::unique_ptr<net::listener>& to) {
  if (!at) return {};
  auto bound = net::listener::bind(*at, on, kind, limit);
  if (!bound) return bound.error().detail;
  to = std::move(*bound);
  return {};
}

result application::open_listeners() {
  const std::vector<runtime::lane*> lanes = pointers(lanes_);
  runtime::lane* const admin[] = {&admin_};
  if (result r = listen(settings_->http, metrics::listener::http, lanes, connections_, http_); !r) return r;
  if (result r = listen(settings_->tcp, metrics::listener::tcp, lanes, connections_, tcp_); !r) return r;
  if (result r = listen(settings_->lines, metrics::listener::lines, lanes, connections_, lines_); !r) return r;
  return listen(settings_->admin, metrics::listener::http, admin, admin_connections_, admin_http_);
}

void application::start_sessions() {
  const std::vector<runtime::lane*> lanes = pointers(lanes_);
  runtime::lane* const admin[] = {&admin_};
  doors_.emplace(lanes, authority_.get());
  admin_door_.emplace(admin);
  http_sessions_ = std::make_unique<http1::http_sessions>(api::events_routers(*doors_, &store_.stores()));
  admin_sessions_ = std::make_unique<http1::http_sessions>(api::admin_routers(*admin_door_, admin_view_));
  tcp_sessions_ = std::make_unique<frames::tcp_sessions>(
      *doors_, settings_->has_store() ? store_.for_frames() : frames::tcp_stores{});
  lines_sessions_ = std::make_unique<lines::lines_sessions>(*doors_);
  const auto start = [this](const auto& listener, metrics::listener kind, std::span<runtime::lane* const> on,
                            const net::session_factory& sessions) {
    if (listener) listener->start(tls_of_listeners_.before(kind, on, settings_->limits, sessions));
  };
  start(http_, metrics::listener::http, lanes, http_sessions_->factory());
  start(tcp_, metrics::listener::tcp, lanes, tcp_sessions_->factory());
  start(lines_, metrics::listener::lines, lanes, lines_sessions_->factory());
  start(admin_http_, metrics::listener::admin, admin, admin_sessions_->factory());
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
  store_.set_topics(*topics);  // before a request can ask for them
  for (const auto& l : lanes_) l->set_topics(topics);
  admin_.set_topics(topics);
  const std::lock_guard lock(topics_mutex_);
  topics_ = std::move(topics);
}

void application::refresh_topics(runtime::lane& asking, std::function<void(bool answered)> done) {
  publisher_.refresh_topics(
      [&asking, done = std::move(done)](bool answered) mutable {
        asio::post(asking.io(), [answered, done = std::move(done)] { done(answered); });
      },
      true);
}

}  // namespace gateway::app
