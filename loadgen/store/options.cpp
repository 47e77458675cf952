#include "loadgen/store/options.h"

#include <random>
#include <string_view>
#include <utility>

#include "loadgen/events/mark.h"
#include "loadgen/kafka/client.h"
#include "loadgen/plan/target.h"
#include "loadgen/store/history/event.h"
#include "loadgen/units/option.h"
#include "loadgen/units/quantity.h"

namespace loadgen::store {

namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t instances_max = 16;
constexpr std::uint64_t clients_max = 1024;
constexpr std::uint64_t aggregates_max = 10'000'000;
constexpr std::uint64_t event_bytes_max = 1'000'000;
constexpr std::uint64_t events_of_append_max = 1000;
constexpr std::uint64_t history_max = 100'000'000;

std::vector<load::instance_address> read_targets(const std::string& text) {
  std::vector<load::instance_address> found;
  for (const std::string_view each : units::split(text, ',')) {
    plan::target where = plan::read_target(std::string(each), "");
    if (where.protocol != plan::protocol_kind::http) {
      units::refuse("--target", text, "write http://HOST:PORT,...: aggregates are appended to and read over HTTP");
    }
    found.push_back({std::move(where.host), std::move(where.port), std::move(where.url)});
  }
  if (found.size() > instances_max) units::refuse("--target", text, "write 16 instances at most");
  return found;
}

double read_share(std::string_view option, const std::string& text) {
  const auto share = units::count_in(text);
  if (!share || *share < 0 || *share > 1) units::refuse(option, text, "write a share from 0 to 1, as in 0.2");
  return *share;
}

std::string new_run_id() {
  std::string text(8, '0');
  events::write_hex8(text.data(), std::random_device{}());
  return text;
}

void read_length(const store_options& from, load::load_plan& into) {
  into.rate = timing::schedule::parse(from.rate);
  into.rate_text = from.rate;
  if (!from.appends.empty()) {
    into.appends = units::read_whole_number("--appends", from.appends, 1, history_max);
  }
  const auto length = into.rate.length();
  into.duration = length ? *length : into.appends ? std::chrono::nanoseconds(units::duration_max) : 10s;
  if (!from.duration.empty()) into.duration = units::read_duration("--duration", from.duration, 1ms);
}

template <typename Number>
Number number(std::string_view option, const std::string& text, std::uint64_t low, std::uint64_t high) {
  return static_cast<Number>(units::read_whole_number(option, text, low, high));
}

}  // namespace

load::load_plan make_plan(const store_options& from) {
  load::load_plan plan;
  plan.run = new_run_id();
  plan.topic = plan::read_topic(from.topic);
  plan.instances = read_targets(from.targets);
  read_length(from, plan);
  plan.writers = number<std::uint16_t>("--writers", from.writers, 1, clients_max);
  plan.readers = number<std::uint16_t>("--readers", from.readers, 0, clients_max);
  plan.aggregates = number<std::uint32_t>("--aggregates", from.aggregates, 1, aggregates_max);
  plan.how = events::skew::parse(from.skew);
  plan.event_bytes = number<std::uint32_t>("--size", from.size, history::event_bytes_min, event_bytes_max);
  plan.events_max = number<std::uint16_t>("--events", from.events, 1, events_of_append_max);
  plan.any_share = read_share("--any", from.any);
  plan.look_share = read_share("--look", from.look);
  plan.careless_share = read_share("--careless", from.careless);
  plan.anywhere_share = read_share("--anywhere", from.anywhere);
  plan.repeat_share = read_share("--repeat", from.repeat);
  plan.seed = units::read_whole_number("--seed", from.seed, 0, UINT32_MAX);
  plan.history_max = units::read_whole_number("--history-max", from.history_max, 1000, history_max);
  plan.answer_patience = units::read_duration("--timeout", from.timeout, 1ms);
  plan.patience = units::read_duration("--patience", from.patience, 0ms);
  return plan;
}

store_settings make_settings(const store_options& from) {
  kafka::check_properties(from.kafka_properties);
  return {plan::read_brokers("--verify", from.kafka), units::read_duration("--settle", from.settle, 0ms),
          units::read_duration("--kafka-wait", from.kafka_wait, 0ms), from.kafka_properties, from.history};
}

}  // namespace loadgen::store
