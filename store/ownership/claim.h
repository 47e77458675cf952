// Takes one partition over, keeps it, and notices its loss. Sans-I/O: says what is to be asked of Kafka next, is told
// the answers and what the log holds; `now` is a parameter. docs/adr says why each step is there. Used by
// partition.h.
//
//   idle ─take─> find coordinator > InitProducerId > ListOffsets > AddPartitionsToTxn > EndTxn(abort) ┐
//     ^            ^                                 ┌───────── other former owners? fence each <─────own marker read
//   release      pause <──overtaken, forgotten, ..── serving ⟲ AddPartitionsToTxn, EndTxn every keep_every
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <random>
#include <string_view>

#include "batching/batch.h"
#include "store/owned_partition.h"
#include "store/ownership/former_writers.h"
#include "store/ownership/kafka_error.h"

namespace store::ownership {

/// A step that is left out, so that tests can show what it is for.
enum class shortcut : std::uint8_t { none, producer_id_believed, end_believed, others_not_fenced };

struct claim_settings {
  std::chrono::milliseconds keep_every{60'000};  // a quarter of Kafka's shortest expiration at most
  std::chrono::milliseconds transaction_timeout{60'000};
  std::chrono::milliseconds retry_pause_first{5};  // doubled up to the longest, with jitter
  std::chrono::milliseconds retry_pause_longest{1'000};
  std::chrono::milliseconds rival_pause_first{200};  // an id has 32,766 take-overs
  std::chrono::milliseconds rival_pause_longest{30'000};
  std::chrono::milliseconds refused_pause{5'000};
  std::chrono::milliseconds marker_patience{5'000};  // then it is asked for once more
  shortcut leaves_out = shortcut::none;
};

class claim {
 public:
  using time_point = batching::clock::time_point;
  using producer_identity = batching::kafka::wire::producer_identity;
  using error_code = batching::kafka::wire::error_code;

  enum class state : std::uint8_t { idle, taking_over, serving, paused };
  static constexpr std::chrono::seconds steady_after{30};  // an owner for so long: its next loss is its first one

  claim(const claim_settings& settings, std::string_view note, std::uint64_t seed);

  void take(time_point now);
  void release();
  /// Not the owner as far as it knows, or no more sure of its sequences: takes over again, from itself or from another.
  void lose(ownership_reason why, time_point now);

  /// The question to be asked now; none: wait for an answer, the log, or due().
  [[nodiscard]] question next(time_point now);
  void asked(question what, time_point now);
  [[nodiscard]] time_point due() const noexcept;

  // Answers to what was asked last; others are ignored.
  void on_coordinator(error_code error, std::int32_t broker, time_point now);
  void on_producer(error_code error, const producer_identity& given, time_point now);
  /// list_offsets, add_partition, end_transaction, fence_other.
  void on_answer(question what, error_code error, time_point now);
  void on_unanswered(question what, time_point now);

  // The contents of the log, in its order; after they were folded.
  void on_marker(const producer_identity& by, time_point now);
  void on_records(const producer_identity& by, time_point now);
  void on_fence(const producer_identity& under, time_point now);

  [[nodiscard]] state is() const noexcept { return state_; }
  [[nodiscard]] ownership_reason why() const noexcept { return why_; }
  [[nodiscard]] const producer_identity& producer() const noexcept { return own_; }
  [[nodiscard]] const producer_identity& fence_as() const noexcept { return fence_as_; }
  [[nodiscard]] std::int32_t coordinator() const noexcept { return coordinator_; }
  [[nodiscard]] std::string note() const { return writers_.note(); }
  /// By the reason why it was taken over.
  using counts_by_reason = std::array<std::uint64_t, ownership_reasons>;
  [[nodiscard]] const counts_by_reason& take_overs() const noexcept { return take_overs_; }
  /// How long the last one took: from the assignment or the loss until it was served.
  [[nodiscard]] batching::clock::duration took() const noexcept { return took_; }

  // Proofs: keep-alives by number. One that is begun after a moment proves the ownership at that moment.
  /// The number of the next one, which is begun as soon as possible.
  std::uint64_t want_proof() noexcept;
  [[nodiscard]] bool is_proven(std::uint64_t number) const noexcept {
    return state_ == state::serving && proofs_done_ >= number;
  }
  /// The connection to the leader was lost, or something else says that time has passed: nothing more is written before
  /// the next proof.
  void doubt() noexcept;
  [[nodiscard]] bool may_write(time_point now) const noexcept;
  [[nodiscard]] bool is_keep_overdue(time_point now) const noexcept;

 private:
  enum class step : std::uint8_t { init, look, add, end, await_marker, fence, await_fence };
  enum class keeping : std::uint8_t { resting, add, end };

  [[nodiscard]] time_point keep_due() const noexcept { return kept_at_ + settings_->keep_every; }
  [[nodiscard]] question with_coordinator(question what) const noexcept;
  [[nodiscard]] question next_step(time_point now);
  [[nodiscard]] question next_keep(time_point now) const noexcept;
  [[nodiscard]] bool was_asked(question what) noexcept;
  void on_meaning(question what, answer_meaning is, time_point now);
  void on_done(question what, time_point now);
  void on_kept();
  void back_off(time_point now);
  void on_newer(const producer_identity& seen, time_point now);
  void fence_next(time_point now);
  void serve(time_point now);

  const claim_settings* settings_;
  std::minstd_rand random_;
  former_writers writers_;
  state state_ = state::idle;
  ownership_reason why_ = ownership_reason::starting;
  step step_ = step::init;
  keeping keeping_ = keeping::resting;
  question asked_ = question::none;
  std::int32_t coordinator_ = -1;
  producer_identity own_;
  producer_identity fence_as_;
  time_point not_before_{};
  time_point patience_ends_{};
  time_point add_asked_at_{};
  time_point kept_at_{};  // when the coordinator last knew us as the owner, not when we heard of it
  time_point wanted_at_{};
  ownership_reason wanted_for_ = ownership_reason::assigned;
  batching::clock::duration took_{};
  time_point serving_since_{};
  std::uint32_t refusals_ = 0;  // of the present question, in a row
  std::uint32_t losses_ = 0;    // in a row
  std::uint64_t proofs_begun_ = 0;
  std::uint64_t proofs_done_ = 0;
  std::uint64_t proof_wanted_ = 0;
  std::uint64_t proof_to_write_ = 0;
  counts_by_reason take_overs_{};
};

}  // namespace store::ownership
