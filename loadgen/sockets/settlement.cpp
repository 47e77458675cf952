#include "loadgen/sockets/settlement.h"

#include <algorithm>
#include <cstring>
#include <unordered_set>

#include "loadgen/answers/outcome.h"

namespace loadgen::sockets {

namespace {

bool wanted_again(answers::event_outcome outcome, const resend_rules& rules) {
  if (!rules.may_wait || rules.retry == plan::retry_policy::none) return false;
  if (outcome == answers::event_outcome::busy && rules.on_busy == plan::busy_policy::count) return false;
  if (answers::safe_to_resend(outcome)) return true;
  return rules.retry == plan::retry_policy::all && answers::fate_of(outcome) == answers::fate::unknown &&
         outcome != answers::event_outcome::accepted;
}

void settle_all(const wire::request& what, answers::event_outcome outcome, answers::fates& log,
                measure::counters& counts) {
  const auto count = static_cast<std::uint32_t>(what.events.size());
  counts.outcomes[static_cast<std::size_t>(outcome)] += count;
  const std::uint32_t first = what.events.front().number;
  if (what.events.back().number - first + 1 == count) {
    log.set_range(first, count, answers::fate_of(outcome));
    return;
  }
  for (const wire::request_event& e : what.events) log.set(e.number, answers::fate_of(outcome));
}

std::vector<answers::event_outcome> outcomes_of(const wire::request& what, const answers::answer& said) {
  std::vector<answers::event_outcome> outcomes(what.events.size(), said.whole);
  for (const auto& exception : said.exceptions) {
    if (exception.index < outcomes.size()) outcomes[exception.index] = exception.outcome;
  }
  return outcomes;
}

/// Chooses events to send again. Not those whose aggregate already has a later event in Kafka: that would reorder it.
std::vector<bool> choose_resends(const wire::request& what, const std::vector<answers::event_outcome>& outcomes,
                                 const resend_rules& rules) {
  std::vector<bool> again(outcomes.size(), false);
  std::unordered_set<std::uint32_t> passed;
  for (std::size_t i = outcomes.size(); i-- > 0;) {
    const std::uint32_t aggregate = what.events[i].aggregate;
    again[i] = wanted_again(outcomes[i], rules) && !passed.contains(aggregate);
    if (!again[i] && answers::fate_of(outcomes[i]) != answers::fate::refused) passed.insert(aggregate);
  }
  return again;
}

/// Moves the events to keep together at the front of the body, each with its separator.
void keep_only(wire::request& what, const std::vector<bool>& keep) {
  std::vector<wire::request_event> kept;
  std::uint32_t end = 0;
  for (std::size_t i = 0; i < what.events.size(); ++i) {
    if (!keep[i]) continue;
    wire::request_event e = what.events[i];
    std::memmove(what.body() + end, what.body() + e.offset, e.size + 1);
    e.offset = end;
    end += e.size + 1;
    kept.push_back(e);
  }
  what.events = std::move(kept);
  what.body_size = end;
}

bool waited_for(answers::event_outcome outcome) { return answers::fate_of(outcome) != answers::fate::refused; }

}  // namespace

settled settle(wire::request& what, const answers::answer& said, const resend_rules& rules, answers::fates& log,
               measure::counters& counts) {
  const auto count = static_cast<std::uint32_t>(what.events.size());
  if (said.exceptions.empty()) {
    if (wanted_again(said.whole, rules)) return {0, count};
    settle_all(what, said.whole, log, counts);
    what.events.clear();
    return {waited_for(said.whole) ? count : 0, 0};
  }
  settled result;
  const std::vector<answers::event_outcome> outcomes = outcomes_of(what, said);
  const std::vector<bool> again = choose_resends(what, outcomes, rules);
  for (std::size_t i = 0; i < count; ++i) {
    if (again[i]) {
      ++result.resend;
      continue;
    }
    log.set(what.events[i].number, answers::fate_of(outcomes[i]));
    ++counts.outcomes[static_cast<std::size_t>(outcomes[i])];
    if (waited_for(outcomes[i])) ++result.answered;
  }
  keep_only(what, again);
  return result;
}

}  // namespace loadgen::sockets
