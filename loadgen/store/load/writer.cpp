#include "loadgen/store/load/writer.h"

#include <algorithm>
#include <thread>

namespace loadgen::store::load {

using history::answer;
using namespace std::chrono_literals;

namespace {

constexpr double ahead_share = 0.025;  // of careless appends: expects a version that is not there yet
constexpr std::uint64_t ahead_by = 3;
constexpr std::uint64_t read_limit = 20;
constexpr auto pause_first = 5ms;
constexpr auto pause_max = 250ms;
constexpr std::uint32_t doublings_max = 6;

}  // namespace

writer::writer(shared& run, std::uint16_t number) : client(run, number), known_(run.plan.aggregates, 0) {}

void writer::work() {
  clock::time_point due;
  while (wait_for_turn(due)) {
    history::append next;
    decide(next);
    next.first_attempt = static_cast<std::uint32_t>(log_.attempts.size());
    carry_out(next, due);
    log_.appends.push_back(next);
  }
}

bool writer::wait_for_turn(clock::time_point& due) {
  if (is_over()) return false;
  if (run_.plan.appends && run_.appends_begun.fetch_add(1) >= *run_.plan.appends) return false;
  due = clock::now();
  if (run_.plan.rate.closed_loop()) return true;
  const auto turn = static_cast<double>(turns_++) * run_.plan.writers + number_;
  const auto at = run_.plan.rate.time_of(turn);
  if (at >= run_.plan.duration) return false;
  due = run_.start + at;
  std::this_thread::sleep_until(due);
  return !run_.is_over;
}

void writer::decide(history::append& next) {
  next.aggregate = pick_aggregate();
  next.events = static_cast<std::uint16_t>(1 + random_.below(run_.plan.events_max));
  if (chance(run_.plan.any_share)) return;
  std::uint64_t& known = known_[next.aggregate];
  const board::entry told = run_.acked.of(next.aggregate);
  const bool is_careless = chance(run_.plan.careless_share);
  if (!is_careless) known = std::max(known, told.version);
  if (chance(run_.plan.look_share)) {
    read_question look;
    look.aggregate = next.aggregate;
    look.from = known + 1;
    look.limit = read_limit;
    if (read(look, told.instance)) known = log_.reads.back().version;
  }
  next.expected = is_careless && chance(ahead_share) ? known + ahead_by : known;
}

void writer::carry_out(history::append& next, clock::time_point due) {
  const append_form how{chance(0.25), chance(0.25)};
  const bool is_anywhere = chance(run_.plan.anywhere_share);
  std::uint8_t instance =
      is_anywhere ? static_cast<std::uint8_t>(random_.below(instances())) : run_.acked.of(next.aggregate).instance;
  const auto give_up = clock::now() + run_.plan.patience;
  const history::attempt* told = nullptr;
  for (std::uint32_t tries = 1;; ++tries) {
    told = attempt(next, instance, how);
    const bool is_settled = told != nullptr && !is_worth_repeating(*told);
    if (is_settled || clock::now() >= give_up || run_.is_over) break;
    ++counts_.sent_again;
    instance = next_instance(instance);
    if (tries % instances() == 0) pause(tries / instances());
  }
  count(next, told, due);
  if (told == nullptr) return;
  learn(next, *told);
  if (told->said != answer::written || !chance(run_.plan.repeat_share)) return;
  ++counts_.repeats;
  attempt(next, instance, how);
}

const history::attempt* writer::attempt(history::append& next, std::uint8_t instance, append_form how) {
  const std::string request =
      append_request(form_, host_of(instance), number_, static_cast<std::uint32_t>(log_.appends.size()), next, how);
  http::response response;
  history::attempt made;
  made.instance = instance;
  made.begin = now();
  const auto got = ask(instance, request, clock::now() + run_.plan.answer_patience, response);
  made.end = now();
  if (got == connection::result::not_sent) return nullptr;
  if (got == connection::result::answered && !answers_.read_append(response, made)) ++counts_.bad_answers;
  ++next.attempts;
  return &log_.attempts.emplace_back(made);
}

void writer::learn(const history::append& done, const history::attempt& told) {
  if (told.said == answer::conflict) known_[done.aggregate] = told.version;
  if (told.said != answer::written && told.said != answer::duplicate) return;
  known_[done.aggregate] = told.version;
  run_.acked.acked(done.aggregate, told);
}

void writer::count(const history::append& done, const history::attempt* told, clock::time_point due) {
  ++counts_.appends;
  const answer said = told == nullptr ? answer::unknown : told->said;
  const bool is_ack = said == answer::written || said == answer::duplicate;
  if (is_ack) ++counts_.written;
  if (is_ack) counts_.events += done.events;
  if (said == answer::conflict) ++counts_.conflicts;
  if (said == answer::refused) ++counts_.refused;
  if (said == answer::unknown) ++counts_.unknown;
  if (is_ack || said == answer::conflict) counts_.append_latency.record(clock::now() - due);
}

/// After every instance has been asked: longer each time, and never as long as that a partition which moves waits for
/// us.
void writer::pause(std::uint32_t round) {
  const auto longest =
      std::min<std::chrono::milliseconds>(pause_max, pause_first * (1U << std::min(round, doublings_max)));
  std::this_thread::sleep_for(longest / 2 + longest * random_.below(1000) / 2000);
}

}  // namespace loadgen::store::load
