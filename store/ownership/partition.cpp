#include "store/ownership/partition.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "batching/kafka/client/backoff.h"
#include "metrics/events.h"

namespace store::ownership {

namespace wire = batching::kafka::wire;
using batching::outcome;
using batching::reason;
using batching::kafka::client::backoff;
using metrics::happened;
using metrics::happening;
using phase = append_attempt::phase;

namespace {

ownership_state told_as(claim::state is) noexcept {
  switch (is) {
    case claim::state::idle: return ownership_state::following;
    case claim::state::taking_over: return ownership_state::taking_over;
    case claim::state::serving: return ownership_state::serving;
    case claim::state::paused: return ownership_state::lost;
  }
  return ownership_state::following;
}

}  // namespace

partition::partition(std::shared_ptr<batching::topic> of, std::int32_t number, const log_position& from, log_sink& sink,
                     ownership_events& events, const partition_settings& settings, lane_tools& tools,
                     std::function<void()> wake, std::uint64_t seed, time_point now)
    : of_(std::move(of)),
      number_(number),
      transactional_id_("headgate/" + of_->name() + "/" + std::to_string(number)),
      sink_(&sink),
      events_(&events),
      settings_(&settings),
      tools_(&tools),
      wake_(std::move(wake)),
      random_(static_cast<std::minstd_rand::result_type>(seed)),
      claim_(settings.claiming, from.note, seed),
      position_(from.next_offset) {
  status_.since = now;
  status_.next_offset = position_;
}

partition::~partition() = default;

void partition::should_own(bool should) {
  should_own_ = should;
  // An append under way is settled first: a hand-over costs nobody an unknown outcome.
  if (!should && !attempt_.is_under_way()) claim_.release();
  wake_();
}

bool partition::can_append() const noexcept {
  return should_own_ && claim_.is() == claim::state::serving && told_ == claim::state::serving && !has_stranger_ &&
         !attempt_.is_under_way();
}

bool partition::ask_turn(std::size_t appends) {
  turn_wanted_ = appends;
  wake_();
  return false;
}

std::size_t partition::turn_wanted(time_point now) const noexcept {
  return turn_wanted_ > 0 && can_append() && claim_.may_write(now) ? turn_wanted_ : 0;
}

std::size_t partition::give_turn(time_point now, std::int64_t wall_ms) {
  const std::size_t appends = std::exchange(turn_wanted_, 0);
  events_->on_turn(now, wall_ms);
  return appends;
}

void partition::append(batches parts) {
  ++appends_begun_;
  attempt_.parts = std::move(parts);
  attempt_.by = claim_.producer();
  attempt_.sequence = sequence_;
  attempt_.may_be_written = false;
  attempt_.refusals = 0;
  attempt_.first_offset = -1;
  attempt_.is_sealed = false;
  attempt_.not_before = {};
  attempt_.sent_at = {};
  attempt_.is = phase::waiting;
  lay_out(attempt_, settings_->compressed, tools_->packs, tools_->scratch);
  wake_();
}

void partition::prove(std::function<void(bool)> done) {
  const bool can_be = told_ == claim::state::serving && claim_.is() == told_ && proofs_.size() < proofs_waiting_max;
  const bool is_one_unsent = attempt_.is == phase::waiting && attempt_.sent_at == time_point{};
  proof& p = proofs_.emplace_back();
  p.is_hopeless = !can_be;
  p.by_append = appends_begun_ + (is_one_unsent ? 0 : 1);
  p.done = std::move(done);
  wake_();
}

void partition::wake(time_point now) {
  if (should_own_ && status_.has_caught_up) claim_.take(now);
  stop_repeating(now);
  look_at_keep_alive(now);
  yield_to_stranger(now);
  sync(now);
  answer_proofs();
  ask_for_proofs(now);
}

// The versions that the appender has counted miss a stranger's events: they are counted anew, from the log.
void partition::yield_to_stranger(time_point now) {
  if (attempt_.is_under_way() || !std::exchange(has_stranger_, false)) return;
  if (claim_.is() == claim::state::serving) claim_.lose(ownership_reason::foreign_writer, now);
}

// Kafka does not answer, or this process slept: nothing is written before Kafka has confirmed the ownership.
void partition::look_at_keep_alive(time_point now) {
  const bool is_overdue = claim_.is_keep_overdue(now);
  if (is_overdue) claim_.doubt();
  if (std::exchange(status_.is_keep_overdue, is_overdue) || !is_overdue) return;
  happened(happening::store_keep_alive_overdue, "Kafka has not confirmed in time that a store partition is ours",
           {{"topic", of_->name()}, {"partition", number_}, {"keep_every_ms", settings_->claiming.keep_every.count()}});
}

partition::time_point partition::due() const noexcept {
  time_point due = claim_.due();
  if (attempt_.is == phase::waiting) due = std::min(due, attempt_.not_before);
  const auto unasked = std::ranges::find_if(proofs_, [](const proof& p) { return p.by_keep == 0; });
  if (unasked != proofs_.end()) due = std::min(due, ask_at(*unasked));
  return due;
}

void partition::on_coordinator(const wire::coordinator_answer& answer, time_point now) {
  claim_.on_coordinator(answer.error, answer.broker, now);
  sync(now);
}

void partition::on_producer(const wire::producer_id_answer& answer, time_point now) {
  claim_.on_producer(answer.error, answer.producer, now);
  sync(now);
}

void partition::on_end_offset(const wire::offset_answer& answer, time_point now) {
  claim_.on_answer(question::list_offsets, answer.error, now);
  sync(now);
}

void partition::on_answer(question what, wire::error_code error, time_point now) {
  const bool was_serving = claim_.is() == claim::state::serving;
  claim_.on_answer(what, error, now);
  if (was_serving && what == question::end_transaction && error == wire::error_code::none) reads_to_end_ = true;
  sync(now);
  answer_proofs();
}

void partition::on_unanswered(question what, time_point now) {
  claim_.on_unanswered(what, now);
  sync(now);
}

// ---- what the claim has come to

void partition::sync(time_point now) {
  const claim::state is = claim_.is();
  if (is == told_) return;
  const claim::state was = std::exchange(told_, is);
  status_.is = told_as(is);
  status_.why = claim_.why();
  status_.since = now;
  status_.epoch = claim_.producer().epoch;
  tell_change(was, is);
  if (claim_.is() != is) sync(now);
}

void partition::tell_change(claim::state was, claim::state is) {
  happened(happening::partition_ownership, "a store partition changes its state",
           {{"topic", of_->name()},
            {"partition", number_},
            {"state", name(status_.is)},
            {"why", code(status_.why)},
            {"epoch", status_.epoch}});
  if (is == claim::state::serving) {
    sequence_ = 0;
    read_until_ = position_;
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(claim_.took()).count();
    tools_->take_over_us.observe(static_cast<std::uint64_t>(took));
    settle_from_log();
    return events_->on_gained();
  }
  if (was != claim::state::serving) return;
  turn_wanted_ = 0;
  if (attempt_.is == phase::waiting) doubt_append();
  events_->on_lost(status_.why);
}

// A keep-alive costs the brokers five writes to their logs, an append that comes anyway nothing.
partition::time_point partition::ask_at(const proof& p) const noexcept {
  if (attempt_.is_under_way() && appends_begun_ >= p.by_append) return p.since + settings_->proof_patience_longest;
  const bool is_likely = turn_wanted_ > 0 || p.since - appended_at_ <= settings_->appends_recent;
  return is_likely ? p.since + settings_->proof_patience : p.since;
}

void partition::ask_for_proofs(time_point now) {
  for (proof& p : proofs_) {
    if (p.is_hopeless || p.by_keep > 0) continue;
    if (p.since == time_point{}) p.since = now;
    if (now >= ask_at(p)) p.by_keep = claim_.want_proof();
  }
}

// An accepted append proves the ownership: Kafka refuses those of an owner whose successor has begun to serve.
void partition::answer_proofs() {
  while (!proofs_.empty()) {
    proof& p = proofs_.front();
    const bool is_over = p.is_hopeless || told_ != claim::state::serving;
    const bool is_proven = !is_over && (proven_by_ >= p.by_append || (p.by_keep > 0 && claim_.is_proven(p.by_keep)));
    if (!is_over && !is_proven) return;
    const auto tell = std::move(p.done);
    proofs_.pop_front();
    tell(is_proven);
  }
}

// ---- the append

bool partition::has_append(time_point now) const noexcept {
  return attempt_.is == phase::waiting && now >= attempt_.not_before && claim_.may_write(now);
}

std::uint64_t partition::append_sent(time_point now) noexcept {
  attempt_.is = phase::asked;
  if (attempt_.sent_at == time_point{}) attempt_.sent_at = now;
  return ++attempt_.tries;
}

bool partition::on_appended(std::uint64_t attempt, const wire::produce_answer& answer, time_point now) {
  if (attempt_.is != phase::asked || attempt != attempt_.tries) return false;
  const append_ruling ruling = meaning_of_append(answer.error);
  switch (ruling.is) {
    case append_meaning::persisted:
      if (answer.base_offset < 0)
        put_in_doubt(ownership_reason::unknown_outcome, now);
      else
        confirm(answer);
      break;
    case append_meaning::again_doubtful: attempt_.may_be_written = true; [[fallthrough]];
    case append_meaning::again: try_again(now); break;
    case append_meaning::fenced: put_in_doubt(ownership_reason::fenced, now); break;
    case append_meaning::sequence_broken:
      happened(happening::foreign_writer,
               "a stranger wrote to a store partition under our producer id, or Kafka forgot it",
               {{"topic", of_->name()}, {"partition", number_}, {"error", wire::describe(answer.error)}});
      put_in_doubt(ownership_reason::foreign_writer, now);
      break;
    case append_meaning::record_refused:
    case append_meaning::batch_refused:
      if (attempt_.may_be_written) {
        put_in_doubt(ownership_reason::unknown_outcome, now);
      } else {
        const bool is_for_good = ruling.is == append_meaning::record_refused;
        settle({is_for_good ? outcome::rejected : outcome::not_persisted, ruling.why, -1});
      }
      break;
  }
  sync(now);
  return ruling.leader_is_stale;
}

void partition::on_append_unanswered(std::uint64_t attempt, bool was_sent, time_point now) {
  if (attempt_.is != phase::asked || attempt != attempt_.tries) return;
  attempt_.may_be_written |= was_sent;
  try_again(now);
  sync(now);
}

// A second refusal waits, whoever is named.
void partition::on_leader_named() noexcept {
  if (attempt_.is == phase::waiting && attempt_.refusals == 1) attempt_.not_before = {};
}

void partition::on_leader_lost() { claim_.doubt(); }

void partition::try_again(time_point now) {
  attempt_.is = phase::waiting;
  attempt_.not_before =
      now + backoff(settings_->retry_pause_first, settings_->retry_pause_longest, attempt_.refusals++, random_);
  if (told_ != claim::state::serving) doubt_append();
  stop_repeating(now);
}

// After so long a leader may have forgotten our sequences, and would write a repeated batch once more.
void partition::stop_repeating(time_point now) {
  if (attempt_.is == phase::waiting && attempt_.may_be_written &&
      now - attempt_.sent_at > 2 * settings_->claiming.keep_every)
    put_in_doubt(ownership_reason::unknown_outcome, now);
}

// Not repeated any more. A later owner's marker, or our own next one, tells what became of it.
void partition::doubt_append() {
  attempt_.is = phase::in_doubt;
  if (!attempt_.may_be_written)
    settle({outcome::not_persisted, reason::producer_failed, -1});
  else if (attempt_.is_sealed || attempt_.first_offset >= 0)
    settle_from_log();
}

// A first attempt that was refused was certainly not written; after a repeat only the log knows.
void partition::put_in_doubt(ownership_reason why, time_point now) {
  attempt_.may_be_written |= why == ownership_reason::unknown_outcome;
  claim_.lose(why, now);
  doubt_append();
}

void partition::confirm(const wire::produce_answer& answer) {
  attempt_.first_offset = answer.base_offset;
  const std::int64_t end = answer.base_offset + attempt_.records;
  sequence_ = static_cast<std::int32_t>(
      (static_cast<std::uint32_t>(sequence_) + static_cast<std::uint32_t>(attempt_.records)) & 0x7fffffffU);
  if (answer.base_offset == position_) {
    fold_own(answer.log_append_time_ms);
  } else if (end > position_) {  // something else was written before it: markers, or a stranger's records
    attempt_.is = phase::confirmed;
    read_until_ = std::max(read_until_, end);
    return;
  }
  settle({outcome::persisted, reason::none, answer.base_offset});
}

// Kafka has them as they were sent, so they need not be read back.
void partition::fold_own(std::int64_t log_append_time_ms) {
  tools_->records.clear();
  for (const auto& part : attempt_.parts)
    for (const batching::record& r : part->records()) {
      log_record& to = tools_->records.emplace_back();
      to.offset = position_++;
      to.timestamp_ms = log_append_time_ms >= 0 ? log_append_time_ms : part->admission_of(part->index_of(r)).wall_ms;
      to.has_key = r.key != nullptr;
      to.has_value = r.value != nullptr;
      to.key = r.key_view();
      to.value = r.value_view();
      to.headers = part->headers_of(r);
    }
  give_to_sink({attempt_.by.id, attempt_.by.epoch, attempt_.sequence, true, tools_->records});
  tell_position();
}

// Every batch of the attempt's identity that will ever be in the log has been read.
void partition::settle_from_log() {
  if (!attempt_.is_under_way()) return;
  if (attempt_.first_offset >= 0) return settle({outcome::persisted, reason::none, attempt_.first_offset});
  settle({outcome::not_persisted, reason::producer_failed, -1});
}

void partition::settle(const append_result& result) {
  const bool is_owners = told_ == claim::state::serving && claim_.is() == told_ && attempt_.by == claim_.producer();
  if (result.fate == outcome::persisted && is_owners && !has_stranger_) {
    proven_by_ = appends_begun_;
    appended_at_ = attempt_.sent_at;
  }
  attempt_.is = phase::none;
  batches parts = std::exchange(attempt_.parts, {});
  if (!should_own_) claim_.release();
  events_->on_settled(std::move(parts), result);
  wake_();
}

void partition::abandon() {
  should_own_ = false;
  claim_.release();
  if (attempt_.is_under_way()) {
    const bool is_unknown = attempt_.may_be_written || attempt_.is != phase::waiting;
    if (attempt_.first_offset >= 0)
      settle({outcome::persisted, reason::none, attempt_.first_offset});
    else
      settle({is_unknown ? outcome::possibly_persisted : outcome::not_persisted, reason::shutting_down, -1});
  }
  told_ = claim_.is();
  answer_proofs();
}

}  // namespace store::ownership
