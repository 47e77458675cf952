#include "loadgen/store/load/client.h"

#include <utility>

namespace loadgen::store::load {

client::client(shared& run, std::uint16_t number)
    : run_(run),
      number_(number),
      form_{run.plan.run, run.plan.topic, run.plan.event_bytes},
      random_(run.plan.seed * 0x9e3779b97f4a7c15 + number),
      picker_({run.plan.aggregates, 1, 0}, run.plan.how),
      answers_(form_) {
  for (const auto& each : run.addresses) connections_.emplace_back(each);
}

bool client::is_over() const {
  const load_plan& plan = run_.plan;
  const std::uint64_t done = log_.appends.size() + log_.reads.size();
  return run_.is_over || clock::now() - run_.start >= plan.duration ||
         done >= plan.history_max / (std::uint64_t{plan.writers} + plan.readers);
}

std::int64_t client::now() const { return std::chrono::nanoseconds(clock::now() - run_.start).count(); }

connection::result client::ask(std::uint8_t instance, std::string_view request, clock::time_point deadline,
                               http::response& response) {
  const connection::result got = connections_[instance].ask(request, deadline, response);
  switch (got) {
    case connection::result::answered: ++counts_.statuses[response.status]; break;
    case connection::result::not_sent: ++counts_.connect_failures; break;
    case connection::result::broken: ++counts_.connections_broken; break;
    case connection::result::timed_out: ++counts_.timeouts; break;
  }
  return got;
}

bool client::read(const read_question& what, std::uint8_t instance) {
  history::read told;
  http::response response;
  told.aggregate = what.aggregate;
  told.asked = what.asked;
  told.promised = what.promised;
  told.instance = instance;
  const std::string request = read_request(form_, host_of(instance), what);
  told.begin = now();
  ++counts_.reads;
  const auto got = ask(instance, request, clock::now() + run_.plan.answer_patience, response);
  told.end = now();
  if (got != connection::result::answered || response.status != 200) {
    ++counts_.reads_not_answered;
    return false;
  }
  answers_.read_events(response, what, told);
  counts_.read_latency.record(std::chrono::nanoseconds(told.end - told.begin));
  log_.reads.push_back(told);
  return true;
}

}  // namespace loadgen::store::load
