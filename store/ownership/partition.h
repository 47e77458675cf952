// One partition of a lane: its claim, what has been read of its log, and the append that is under way. Sans-I/O: says
// what is to be sent, is told the answers; `now` is a parameter. Lane's thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <random>
#include <string_view>
#include <vector>

#include "batching/kafka/wire/decompressor.h"
#include "batching/kafka/wire/fetch_requests.h"
#include "batching/kafka/wire/protocol.h"
#include "batching/kafka/wire/record_batch_reader.h"
#include "batching/topic.h"
#include "metrics/recorder.h"
#include "store/log_sink.h"
#include "store/owned_partition.h"
#include "store/ownership/append_attempt.h"
#include "store/ownership/claim.h"

namespace store::ownership {

/// The tools that the partitions of a lane share.
struct lane_tools {
  batching::kafka::wire::compressor packs;
  batching::kafka::wire::decompressor unpacks;
  batching::kafka::wire::buffer scratch;
  std::vector<batching::header> headers;      // of one record
  std::vector<batching::header> all_headers;  // of one record batch
  std::vector<std::size_t> header_counts;     // by record
  std::vector<log_record> records;
  metrics::log2_histogram take_over_us;  // any thread may read it
};

struct partition_settings {
  claim_settings claiming;
  batching::kafka::wire::compression compressed;
  std::size_t append_bytes_max = 900 * 1024;  // below Kafka's default max.message.bytes, 1 MiB
  std::chrono::milliseconds retry_pause_first{20};
  std::chrono::milliseconds retry_pause_longest{1'000};
  std::chrono::milliseconds damaged_pause{1'000};
  std::chrono::milliseconds proof_patience{5};  // an append is likely to prove the ownership before Kafka is asked
  std::chrono::milliseconds proof_patience_longest{1'000};  // the append that will prove it is under way
  std::chrono::milliseconds appends_recent{50};             // one so long ago makes another one likely
};

class partition final : public owned_partition {
 public:
  using time_point = batching::clock::time_point;
  static constexpr std::uint32_t out_of_range_max = 3;  // in a row; then the log is believed to be another one
  static constexpr std::size_t proofs_waiting_max = 10'000;

  /// `wake`: there is something to send, or to tell; wake() is wanted soon. Settings, tools, sink and events outlive
  /// it.
  partition(std::shared_ptr<batching::topic> of, std::int32_t number, const log_position& from, log_sink& sink,
            ownership_events& events, const partition_settings& settings, lane_tools& tools, std::function<void()> wake,
            std::uint64_t seed, time_point now);
  partition(const partition&) = delete;
  partition& operator=(const partition&) = delete;
  ~partition() override;

  // owned_partition
  void should_own(bool should) override;
  [[nodiscard]] const ownership_status& status() const noexcept override { return status_; }
  [[nodiscard]] bool can_append() const noexcept override;
  [[nodiscard]] std::size_t append_bytes_max() const noexcept override { return settings_->append_bytes_max; }
  [[nodiscard]] bool ask_turn(std::size_t appends) override;
  void append(batches parts) override;
  void prove(std::function<void(bool)> done) override;

  [[nodiscard]] const std::shared_ptr<batching::topic>& of() const noexcept { return of_; }
  [[nodiscard]] std::int32_t number() const noexcept { return number_; }
  [[nodiscard]] const std::string& transactional_id() const noexcept { return transactional_id_; }
  [[nodiscard]] std::chrono::milliseconds transaction_timeout() const noexcept {
    return settings_->claiming.transaction_timeout;
  }
  [[nodiscard]] const claim::counts_by_reason& take_overs() const noexcept { return claim_.take_overs(); }

  /// Does what time has made due: take-overs, proofs that are done.
  void wake(time_point now);
  [[nodiscard]] time_point due() const noexcept;

  // Questions.
  [[nodiscard]] question next_question(time_point now) { return claim_.next(now); }
  void asked(question what, time_point now) { claim_.asked(what, now); }
  [[nodiscard]] const claim& claimed() const noexcept { return claim_; }
  void on_coordinator(const batching::kafka::wire::coordinator_answer& answer, time_point now);
  void on_producer(const batching::kafka::wire::producer_id_answer& answer, time_point now);
  void on_end_offset(const batching::kafka::wire::offset_answer& answer, time_point now);
  void on_answer(question what, batching::kafka::wire::error_code error, time_point now);
  void on_unanswered(question what, time_point now);

  // The append.
  /// Appends that wait for their turn; 0: none, or there is no turn to be given now.
  [[nodiscard]] std::size_t turn_wanted(time_point now) const noexcept;
  /// Lets them be appended. Returns how many that were.
  std::size_t give_turn(time_point now, std::int64_t wall_ms);
  [[nodiscard]] bool has_append(time_point now) const noexcept;
  [[nodiscard]] std::string_view append_bytes() const noexcept { return attempt_.bytes.view(); }
  /// Returns the number of this try, which its answer is told with.
  [[nodiscard]] std::uint64_t append_sent(time_point now) noexcept;
  /// Returns whether somebody else leads the partition.
  bool on_appended(std::uint64_t attempt, const batching::kafka::wire::produce_answer& answer, time_point now);
  void on_append_unanswered(std::uint64_t attempt, bool was_sent, time_point now);
  /// The broker that refused the append, as its leader no more, has said who leads: it need not wait.
  void on_leader_named() noexcept;
  /// The connection over which it is written is gone: asks whether it is still the owner before it goes on.
  void on_leader_lost();

  // The log.
  [[nodiscard]] bool wants_fetch(time_point now) const noexcept;
  [[nodiscard]] std::int64_t fetch_from() const noexcept { return position_; }
  /// The log begins elsewhere than expected: where, has to be asked (list_offsets, earliest).
  [[nodiscard]] bool wants_start(time_point now) const noexcept {
    return out_of_range_ >= out_of_range_max && !asked_start_ && now >= fetch_not_before_;
  }
  void asked_start() noexcept { asked_start_ = true; }
  void on_start_offset(const batching::kafka::wire::offset_answer& answer, time_point now);
  /// Returns whether somebody else leads the partition.
  bool on_fetched(const batching::kafka::wire::fetch_answer& answer, time_point now);

  /// Nothing more will come: an append under way is given up.
  void abandon();

 private:
  void read(std::string_view record_batches, time_point now);
  [[nodiscard]] bool read_batch(const batching::kafka::wire::record_batch_head& head, time_point now);
  [[nodiscard]] bool read_records(const batching::kafka::wire::record_batch_head& head, std::string_view raw);
  void keep_record(const batching::kafka::wire::read_record& r);
  void note_in_log(const batching::kafka::wire::record_batch_head& head, bool fences, time_point now);
  void give_to_sink(log_batch batch);
  void on_unreadable(std::string_view why, time_point now);
  void tell_position();
  void catch_up(std::int64_t end_offset);

  void fold_own(std::int64_t log_append_time_ms);
  void confirm(const batching::kafka::wire::produce_answer& answer);
  void try_again(time_point now);
  void stop_repeating(time_point now);
  void look_at_keep_alive(time_point now);
  void tell_stranger(const batching::kafka::wire::record_batch_head& head);
  void yield_to_stranger(time_point now);
  void put_in_doubt(ownership_reason why, time_point now);
  void doubt_append();
  void settle_from_log();
  void settle(const append_result& result);

  void sync(time_point now);
  void tell_change(claim::state was, claim::state is);

  struct proof {
    bool is_hopeless = false;
    std::uint64_t by_append = 0;  // this append proves it, or a later one
    std::uint64_t by_keep = 0;    // or this keep-alive; 0: not asked for yet
    time_point since{};           // a wake() has seen it
    std::function<void(bool)> done;
  };
  [[nodiscard]] time_point ask_at(const proof& p) const noexcept;
  void ask_for_proofs(time_point now);
  void answer_proofs();

  const std::shared_ptr<batching::topic> of_;  // co-owned by the topic table and batches
  const std::int32_t number_;
  const std::string transactional_id_;
  log_sink* sink_;
  ownership_events* events_;
  const partition_settings* settings_;
  lane_tools* tools_;
  std::function<void()> wake_;
  std::minstd_rand random_;
  claim claim_;
  claim::state told_ = claim::state::idle;
  ownership_status status_;
  bool should_own_ = false;

  std::int64_t position_;
  std::int64_t read_until_ = 0;  // an owner reads only as far as this: what others, and brokers, wrote between its own
  bool reads_to_end_ = false;    // once, after each keep-alive: a stranger's records are noticed then
  bool has_stranger_ = false;    // whose records came while we served: taken over again, once no append is under way
  std::uint32_t out_of_range_ = 0;
  bool asked_start_ = false;
  time_point fetch_not_before_{};

  append_attempt attempt_;
  std::int32_t sequence_ = 0;        // of the next append
  std::size_t turn_wanted_ = 0;      // by so many appends
  std::uint64_t appends_begun_ = 0;  // the one under way has this number
  std::uint64_t proven_by_ = 0;      // the newest append that Kafka has accepted, as the present owner's
  time_point appended_at_{};         // that one was sent
  std::deque<proof> proofs_;         // waiting; none before the first one is proven
};

}  // namespace store::ownership
