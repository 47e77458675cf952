#include "store/ownership/claim.h"

#include <algorithm>

#include "batching/kafka/client/backoff.h"

namespace store::ownership {

using batching::kafka::client::backoff;

claim::claim(const claim_settings& settings, std::string_view note, std::uint64_t seed)
    : settings_(&settings), random_(static_cast<std::minstd_rand::result_type>(seed)), writers_(note) {}

void claim::take(time_point now) {
  if (state_ != state::idle) return;
  state_ = state::taking_over;
  why_ = wanted_for_ = ownership_reason::assigned;
  wanted_at_ = now;
  step_ = step::init;
  refusals_ = 0;
  not_before_ = std::max(not_before_, now);
}

void claim::release() {
  state_ = state::idle;
  why_ = ownership_reason::not_assigned;
  keeping_ = keeping::resting;
}

void claim::lose(ownership_reason why, time_point now) {
  if (state_ == state::idle || state_ == state::paused) return;
  if (state_ == state::serving) {
    if (now - serving_since_ > steady_after) losses_ = 0;
    wanted_for_ = why;
    wanted_at_ = now;
  }
  const bool has_rival = why == ownership_reason::fenced || why == ownership_reason::rival;
  const bool is_refused = why == ownership_reason::not_authorized || why == ownership_reason::refused;
  const auto first = is_refused  ? settings_->refused_pause
                     : has_rival ? settings_->rival_pause_first
                                 : settings_->retry_pause_first;
  // A stranger who goes on writing takes nothing from us, and must not keep the partition from being served.
  const auto longest =
      why == ownership_reason::foreign_writer ? settings_->retry_pause_longest : settings_->rival_pause_longest;
  not_before_ = now + backoff(first, longest, losses_++, random_);
  state_ = state::paused;
  why_ = why;
  keeping_ = keeping::resting;
}

question claim::next(time_point now) {
  if (asked_ != question::none || now < not_before_) return question::none;
  if (state_ == state::paused) {
    state_ = state::taking_over;
    step_ = step::init;
    refusals_ = 0;
  }
  if (state_ == state::taking_over) return next_step(now);
  return state_ == state::serving ? next_keep(now) : question::none;
}

question claim::with_coordinator(question what) const noexcept {
  return coordinator_ < 0 ? question::find_coordinator : what;
}

question claim::next_step(time_point now) {
  const bool is_tired_of_waiting = now >= patience_ends_;
  if (step_ == step::await_marker && is_tired_of_waiting) step_ = step::add;
  if (step_ == step::await_fence && is_tired_of_waiting) step_ = step::fence;
  switch (step_) {
    case step::init: return with_coordinator(question::init_producer);
    case step::look: return question::list_offsets;
    case step::add: return with_coordinator(question::add_partition);
    case step::end: return with_coordinator(question::end_transaction);
    case step::fence: return question::fence_other;
    case step::await_marker:
    case step::await_fence: break;
  }
  return question::none;
}

question claim::next_keep(time_point now) const noexcept {
  if (keeping_ == keeping::end) return with_coordinator(question::end_transaction);
  if (keeping_ == keeping::add || proof_wanted_ > proofs_begun_ || now >= keep_due())
    return with_coordinator(question::add_partition);
  return question::none;
}

void claim::asked(question what, time_point now) {
  asked_ = what;
  if (what == question::add_partition) add_asked_at_ = now;
  if (state_ != state::serving || what != question::add_partition) return;
  if (keeping_ == keeping::resting) ++proofs_begun_;
  keeping_ = keeping::add;
}

claim::time_point claim::due() const noexcept {
  if (state_ == state::idle) return time_point::max();
  if (asked_ != question::none) return time_point::max();
  if (state_ == state::serving && keeping_ == keeping::resting && proof_wanted_ <= proofs_begun_)
    return std::max(keep_due(), not_before_);
  const bool waits = state_ == state::taking_over && (step_ == step::await_marker || step_ == step::await_fence);
  return waits ? std::max(patience_ends_, not_before_) : not_before_;
}

bool claim::was_asked(question what) noexcept {
  if (asked_ != what) return false;
  asked_ = question::none;
  return true;
}

void claim::on_coordinator(error_code error, std::int32_t broker, time_point now) {
  if (!was_asked(question::find_coordinator)) return;
  if (error == error_code::none) coordinator_ = broker;
  const answer_meaning is = meaning_of(question::find_coordinator, error);
  on_meaning(question::find_coordinator, is == answer_meaning::done && broker < 0 ? answer_meaning::again : is, now);
}

void claim::on_producer(error_code error, const producer_identity& given, time_point now) {
  if (!was_asked(question::init_producer)) return;
  answer_meaning is = meaning_of(question::init_producer, error);
  if (is == answer_meaning::done && !given.is_known()) is = answer_meaning::again;
  const bool is_awaited = state_ == state::taking_over && step_ == step::init;
  if (is == answer_meaning::done && is_awaited) own_ = given;
  if (is == answer_meaning::done && !is_awaited) return;
  on_meaning(question::init_producer, is, now);
}

void claim::on_answer(question what, error_code error, time_point now) {
  if (was_asked(what)) on_meaning(what, meaning_of(what, error), now);
}

void claim::on_unanswered(question what, time_point now) {
  if (!was_asked(what)) return;
  if (what != question::list_offsets && what != question::fence_other) coordinator_ = -1;
  back_off(now);
}

void claim::back_off(time_point now) {
  not_before_ = now + backoff(settings_->retry_pause_first, settings_->retry_pause_longest, refusals_++, random_);
}

void claim::on_meaning(question what, answer_meaning is, time_point now) {
  if (state_ == state::idle || state_ == state::paused) return;
  switch (is) {
    case answer_meaning::done: return on_done(what, now);
    case answer_meaning::again_elsewhere:
      if (what != question::list_offsets && what != question::fence_other) coordinator_ = -1;
      return back_off(now);
    case answer_meaning::again: return back_off(now);
    case answer_meaning::overtaken:
      if (what != question::fence_other)
        return lose(state_ == state::serving ? ownership_reason::fenced : ownership_reason::rival, now);
      // The other writer has raised its epoch meanwhile, or somebody else has fenced it: the log tells, or the next
      // try.
      writers_.on_records(fence_as_);
      fence_next(now);
      return back_off(now);
    case answer_meaning::forgotten: return lose(ownership_reason::id_expired, now);
    case answer_meaning::not_open:
      step_ = step_ == step::end ? step::add : step_;
      keeping_ = keeping_ == keeping::end ? keeping::add : keeping_;
      return back_off(now);
    case answer_meaning::not_authorized: return lose(ownership_reason::not_authorized, now);
    case answer_meaning::refused: return lose(ownership_reason::refused, now);
  }
}

void claim::on_done(question what, time_point now) {
  refusals_ = 0;
  if (what == question::add_partition) kept_at_ = add_asked_at_;
  if (state_ == state::serving) {
    if (what == question::add_partition) keeping_ = keeping::end;
    if (what == question::end_transaction) on_kept();
    return;
  }
  if (what == question::init_producer) {
    step_ = step::look;
    if (settings_->leaves_out == shortcut::producer_id_believed) serve(now);
  }
  if (what == question::list_offsets && step_ == step::look) step_ = step::add;
  if (what == question::add_partition && step_ == step::add) step_ = step::end;
  if (what == question::end_transaction && step_ == step::end) {
    step_ = step::await_marker;
    patience_ends_ = now + settings_->marker_patience;
    if (settings_->leaves_out == shortcut::end_believed) serve(now);
  }
  if (what == question::fence_other && step_ == step::fence) {
    step_ = step::await_fence;
    patience_ends_ = now + settings_->marker_patience;
  }
}

void claim::on_kept() {
  keeping_ = keeping::resting;
  proofs_done_ = proofs_begun_;
}

// Our own marker, at whichever step its answers are: EndTxn's may come later than the marker itself.
void claim::on_marker(const producer_identity& by, time_point now) {
  writers_.on_marker(by);
  if (state_ != state::taking_over && state_ != state::serving) return;
  if (by == own_ && (step_ == step::end || step_ == step::await_marker) && state_ == state::taking_over)
    return fence_next(now);
  // Another id than ours behind our marker: its owner came after us, because Kafka had forgotten our id.
  const bool is_behind_ours = state_ == state::serving || step_ == step::fence || step_ == step::await_fence;
  if (by.id != own_.id && is_behind_ours)
    return lose(state_ == state::serving ? ownership_reason::fenced : ownership_reason::rival, now);
  on_newer(by, now);
}

void claim::on_records(const producer_identity& by, time_point now) {
  writers_.on_records(by);
  on_newer(by, now);
}

void claim::on_newer(const producer_identity& seen, time_point now) {
  if (seen.id != own_.id || seen.epoch <= own_.epoch) return;
  if (state_ == state::serving) lose(ownership_reason::fenced, now);
  if (state_ == state::taking_over && step_ != step::init) lose(ownership_reason::rival, now);
}

void claim::on_fence(const producer_identity& under, time_point now) {
  writers_.on_fence(under);
  on_newer(under, now);
  if (state_ == state::taking_over && (step_ == step::fence || step_ == step::await_fence)) fence_next(now);
}

void claim::fence_next(time_point now) {
  const auto other = writers_.other_than(own_.id);
  if (!other || settings_->leaves_out == shortcut::others_not_fenced) return serve(now);
  step_ = step::fence;
  fence_as_ = {other->id, static_cast<std::int16_t>(other->epoch + 1)};
}

void claim::serve(time_point now) {
  state_ = state::serving;
  why_ = ownership_reason::none;
  keeping_ = keeping::resting;
  serving_since_ = now;
  refusals_ = 0;
  proof_to_write_ = 0;
  took_ = now - wanted_at_;
  ++take_overs_[static_cast<std::size_t>(wanted_for_)];
}

std::uint64_t claim::want_proof() noexcept { return proof_wanted_ = proofs_begun_ + 1; }

void claim::doubt() noexcept {
  if (proof_to_write_ <= proofs_begun_) proof_to_write_ = want_proof();
}

bool claim::is_keep_overdue(time_point now) const noexcept {
  return state_ == state::serving && now >= keep_due() + settings_->keep_every;
}

bool claim::may_write(time_point now) const noexcept {
  return state_ == state::serving && proofs_done_ >= proof_to_write_ && !is_keep_overdue(now);
}

}  // namespace store::ownership
