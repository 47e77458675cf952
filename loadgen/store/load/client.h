#pragma once

// The part that writers and readers share: connections to all instances, a clock, a log, and the way to ask: another
// instance when one is gone or does not own the aggregate. One a thread.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

#include "loadgen/events/aggregates.h"
#include "loadgen/events/random.h"
#include "loadgen/store/history/operations.h"
#include "loadgen/store/load/answers.h"
#include "loadgen/store/load/board.h"
#include "loadgen/store/load/connection.h"
#include "loadgen/store/load/counts.h"
#include "loadgen/store/load/load_plan.h"
#include "loadgen/store/load/requests.h"

namespace loadgen::store::load {

struct shared {
  const load_plan& plan;
  std::chrono::steady_clock::time_point start;
  std::vector<std::vector<sockets::address>> addresses;  // of the instances
  board acked;
  std::atomic<bool> is_over = false;
  std::atomic<std::uint64_t> appends_begun = 0;
};

class client {
 public:
  using clock = std::chrono::steady_clock;

  client(shared& run, std::uint16_t number);

  const history::client_log& log() const { return log_; }
  history::client_log take_log() { return std::move(log_); }
  const counts& counted() const { return counts_; }

 protected:
  bool is_over() const;
  std::int64_t now() const;  // as the history has it
  bool chance(double share) { return random_.below(1U << 20) < share * (1U << 20); }
  std::uint32_t pick_aggregate() { return picker_.pick(random_); }
  std::uint32_t instances() const { return static_cast<std::uint32_t>(connections_.size()); }
  std::string_view host_of(std::uint8_t instance) const { return run_.plan.instances[instance].host; }
  std::uint8_t next_instance(std::uint8_t after) const { return static_cast<std::uint8_t>((after + 1U) % instances()); }
  /// One request and its answer, counted.
  connection::result ask(std::uint8_t instance, std::string_view request, clock::time_point deadline,
                         http::response& response);
  /// A read that goes into the log; false: no answer 200.
  bool read(const read_question& what, std::uint8_t instance);

  shared& run_;
  const std::uint16_t number_;
  const request_form form_;
  events::random_source random_;
  events::aggregate_picker picker_;
  answer_reader answers_;
  std::vector<connection> connections_;
  history::client_log log_;
  counts counts_;
};

}  // namespace loadgen::store::load
