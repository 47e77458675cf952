#include "tests/gateway/frames/front_fixture.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace frames_test {
namespace {

std::unique_ptr<gateway::net::listener> listen(std::span<gateway::runtime::lane* const> on, metrics::listener kind,
                                               gateway::net::connection_limit& limit) {
  auto bound = gateway::net::listener::bind({"127.0.0.1", 0}, on, kind, limit);
  EXPECT_TRUE(bound) << bound.error().detail;
  return std::move(*bound);
}

}  // namespace

front_fixture::front_fixture(gateway::config::settings settings, std::size_t lanes,
                             const std::optional<gateway::net::server_tls::settings>& tls)
    : connections(settings.limits.connections_max),
      budget(settings.limits.in_flight_bytes_max, settings.limits.in_flight_bytes_high,
             settings.limits.in_flight_bytes_low) {
  if (settings.topics.empty()) settings.topics.emplace_back();
  settings.lines_topic = "orders";
  world.add_topic("orders", 12);
  const auto shared = std::make_shared<const gateway::config::settings>(std::move(settings));
  std::vector<gateway::runtime::lane*> all;
  for (std::size_t i = 0; i < lanes; ++i) {
    lanes_.push_back(
        std::make_unique<gateway::runtime::lane>(static_cast<std::uint32_t>(i), shared, world, publisher, budget));
    all.push_back(lanes_.back().get());
    world.show_topics(*all.back());
  }
  tcp_ = listen(all, metrics::listener::tcp, connections);
  lines_ = listen(all, metrics::listener::lines, connections);
  if (shared->auth) authority_.emplace(*shared->auth, shared->tenants);
  doors_.emplace(all, authority_ ? &*authority_ : nullptr);
  tcp_sessions_ = std::make_unique<gateway::frames::tcp_sessions>(*doors_);
  lines_sessions_ = std::make_unique<gateway::lines::lines_sessions>(*doors_);
  gateway::net::session_factory tcp_next = tcp_sessions_->factory();
  gateway::net::session_factory lines_next = lines_sessions_->factory();
  if (tls) {
    tls_ = *gateway::net::server_tls::make("tcp", *tls);
    gateway::net::entrance_rules rules;
    rules.tls = tls_.get();
    rules.kind = metrics::listener::tcp;
    rules.told_plain = gateway::frames::answer_to_plain();
    tcp_entrances_ = std::make_unique<gateway::net::entrances>(all, rules, tcp_next);
    rules.kind = metrics::listener::lines;
    rules.told_plain = "this port speaks TLS\n";
    lines_entrances_ = std::make_unique<gateway::net::entrances>(all, rules, lines_next);
    tcp_next = tcp_entrances_->factory();
    lines_next = lines_entrances_->factory();
  }
  tcp_->start(std::move(tcp_next));
  lines_->start(std::move(lines_next));
  for (auto& l : lanes_) threads_.emplace_back([on = l.get()] { on->run(); });
}

front_fixture::~front_fixture() {
  publisher.release();
  for (auto& l : lanes_) l->stop();
  threads_.clear();
  tcp_.reset();
  lines_.reset();
  tcp_entrances_.reset();
  lines_entrances_.reset();
  tcp_sessions_.reset();
  lines_sessions_.reset();
}

void front_fixture::drain() {
  tcp_->stop();
  lines_->stop();
  for (auto& l : lanes_) l->start_drain();
}

bool front_fixture::eventually(const std::function<bool()>& so) {
  for (int i = 0; i < 2000; ++i) {
    if (so()) return true;
    std::this_thread::sleep_for(5ms);
  }
  return false;
}

message frame_client::greet() {
  send(hello());
  auto said = next(frame_type::welcome);
  EXPECT_TRUE(said);
  return said.value_or(message{});
}

std::optional<message> frame_client::next(std::chrono::milliseconds within) {
  const auto until = std::chrono::steady_clock::now() + within;
  for (;;) {
    if (auto one = take(bytes_)) return one;
    if (std::chrono::steady_clock::now() > until) return {};
    bytes_ += socket.everything(10ms);
  }
}

std::optional<message> frame_client::next(frame_type type, std::chrono::milliseconds within) {
  const auto until = std::chrono::steady_clock::now() + within;
  while (std::chrono::steady_clock::now() < until) {
    auto one = next(within);
    if (!one || one->type == type) return one;
    EXPECT_NE(one->type, frame_type::error) << one->text;
  }
  return {};
}

ack frame_client::acked_up_to(std::uint64_t sequence, std::chrono::milliseconds within) {
  ack sum;
  while (sum.sequence < sequence) {
    auto one = next(frame_type::ack, within);
    if (!one) {
      ADD_FAILURE() << "no ACK up to " << sequence << ", only to " << sum.sequence;
      break;
    }
    EXPECT_GT(one->ack.sequence, sum.sequence);
    sum.sequence = one->ack.sequence;
    sum.frames += one->ack.frames;
    for (std::size_t i = 0; i < 8; ++i) sum.counts[i] += one->ack.counts[i];
    for (auto& e : one->ack.entries) sum.entries.push_back(std::move(e));
  }
  return sum;
}

}  // namespace frames_test
