// Decides what goes to which broker next, and what an answer means. Sans-I/O: no socket, no clock; `now` is a
// parameter. One a lane: it has a producer id and sequences of its own, so lanes share nothing on the way to Kafka.
//
//   add ──> partition queue ──> next_request(leader) ──bytes──> connection
//           settled, home again  <── on_response / on_lost <────────
//
// A request carries all partitions of a broker that have something to send: what a request costs is paid once for all
// of them. A partition has at most one record batch under way (partition_queue.h).
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "batching/ack.h"
#include "batching/cluster.h"
#include "batching/kafka/client/broker_terms.h"
#include "batching/kafka/client/requester.h"
#include "batching/kafka/producer/partition_queue.h"
#include "batching/kafka/producer/produce_error.h"
#include "batching/kafka/wire/buffer.h"
#include "batching/kafka/wire/compressor.h"
#include "batching/kafka/wire/protocol.h"

namespace batching::kafka::producer {

/// One fence in front of one partition (order_fence.h).
struct fence_id {
  std::uint32_t topic_id = 0;
  std::int32_t partition = 0;
  std::uint64_t number = 0;
};

struct sender_settings {
  std::string client_id = "headgate";
  std::function<wire::compression(std::string_view topic)> compression_of;  // unset: none
  std::int64_t attempt_bytes_max = 512 * 1024;        // of one partition in one request, uncompressed
  std::chrono::microseconds linger{5000};             // the longest that small requests wait behind one in flight
  std::chrono::milliseconds request_timeout{10'000};  // for all replicas to have it
  std::chrono::milliseconds retry_pause_first{100};   // doubled up to the longest, with jitter
  std::chrono::milliseconds retry_pause_longest{1000};
  /// Any thread; may come from within any call, and after the sender is gone. Every client of the records behind which
  /// the fence was put up has its answer: on_answered() is wanted, and lift() once all lanes have handed over what they
  /// admitted before. Unset: fences stay.
  std::function<void(fence_id)> answered;
};

/// The totals of one topic's record batches. Lane's thread.
struct topic_sent {
  std::uint64_t payload_bytes = 0;  // keys, values and headers, when Kafka had them
  std::uint64_t wire_bytes = 0;     // as they went over the wire, repetitions too
};

struct queue_size {
  std::uint64_t records = 0;
  std::int64_t bytes = 0;  // keys, values and headers
};

class sender final : public client::requester {
 public:
  /// In flight to one broker. It answers one after the other; the next are there already when it is done with one.
  static constexpr std::size_t requests_in_flight_max = 5;
  static constexpr std::int64_t request_bytes_max = 1024 * 1024;  // of payload; or one attempt that is larger
  /// While a request is in flight, less than this waits for its answer (or for `linger`): a broker reads the next
  /// request of a connection only when it has answered the one before, and what a request costs is paid for more
  /// records.
  static constexpr std::int64_t pipelined_bytes_min = 128 * 1024;
  /// Beyond request_timeout: a broker that does not answer within it is believed dead.
  static constexpr std::chrono::seconds answer_grace{2};
  /// A leader that has not answered for so long is not waited for when metadata names another; nor is a broker that was
  /// asked for a producer id.
  static constexpr std::chrono::seconds leader_patience{2};
  /// So often in a row a broker may give an error nobody knows; then the attempt is abandoned as unknown.
  static constexpr std::uint32_t unexpected_max = 10;

  /// So often a record batch that arrived damaged is sent again; then one of its records is believed to be the cause.
  static constexpr std::uint32_t corruptions_max = 3;

  explicit sender(sender_settings settings, std::uint64_t seed = std::random_device{}());
  ~sender();
  sender(const sender&) = delete;
  sender& operator=(const sender&) = delete;

  /// Comes home settled, at whichever later call settles it.
  void add(std::unique_ptr<batch> sealed);
  /// The clients have their answers. Returns the fence's topic; nullptr: there is no such fence, nothing is to be
  /// lifted.
  std::shared_ptr<topic> on_answered(fence_id fence, clock::time_point now);
  /// All records admitted before the answers have been added.
  void lift(fence_id fence);
  /// Takes back what waits, was never sent, and belongs to these acks. The answers are to be handed to their
  /// homes; `until_answered` is to be kept until the clients have them.
  [[nodiscard]] answers_by_home withdraw(const withdrawal& from, std::vector<std::shared_ptr<void>>& until_answered);
  void set_cluster(std::shared_ptr<const cluster> seen, clock::time_point now);

  /// Appends this broker's next request; false: there is none now. `wall_ms` is not used: a record's
  /// timestamp is that of its admission.
  void on_connected(std::int32_t broker, const wire::api_versions_answer& knows) override;
  [[nodiscard]] bool next_request(std::int32_t broker, clock::time_point now, std::int64_t wall_ms,
                                  wire::buffer& to) override;
  [[nodiscard]] bool on_response(std::int32_t broker, std::string_view response, clock::time_point now) override;
  /// The connection is gone, or never was. `newest_unsent`: not a byte of the newest request was written.
  void on_lost(std::int32_t broker, bool newest_unsent) override;

  /// Has something for this broker, or waits for its answer: a connection is wanted.
  [[nodiscard]] bool needs(std::int32_t broker) const noexcept override;
  template <typename Each>
  void for_each_broker_needed(Each each) const {
    for (const auto& [id, b] : brokers_)
      if (b.is_needed()) each(id);
  }
  /// Waits for anything at all: answers, a leader, the end of a pause.
  [[nodiscard]] bool is_busy() const noexcept;
  /// Its oldest request is overdue: the connection is to be closed.
  [[nodiscard]] bool is_overdue(std::int32_t broker, clock::time_point now) const noexcept override;
  [[nodiscard]] std::size_t requests_in_flight(std::int32_t broker) const noexcept override;
  /// When the newest answered request was sent: for its round trip.
  [[nodiscard]] clock::time_point answered_was_sent_at() const noexcept override { return answered_was_sent_at_; }

  /// Queues whose back-off is over are ready again.
  void wake(clock::time_point now);
  /// When next_request() or wake() may have something new at the latest, if nothing else happens; time_point::max():
  /// never.
  [[nodiscard]] clock::time_point due() const noexcept;
  /// True once after metadata turned out to be stale or missing.
  [[nodiscard]] bool take_metadata_request() noexcept { return std::exchange(wants_metadata_, false); }

  /// Settles everything as not_persisted or possibly_persisted, and all that is added from now on. Returns how many
  /// records that were.
  std::uint64_t abandon();

  /// The delay that the broker has asked for lately, for a quota's sake.
  [[nodiscard]] std::chrono::milliseconds throttle(std::int32_t broker, clock::time_point now) const noexcept;
  /// Attempts of a partition's record batch that have to be repeated.
  [[nodiscard]] std::uint64_t retries(std::int32_t broker) const noexcept;
  /// Of Produce, as it is spoken with the broker; 0: it was not connected yet.
  [[nodiscard]] std::int16_t produce_version(std::int32_t broker) const noexcept;
  /// Added and not settled.
  [[nodiscard]] queue_size queued() const noexcept;
  [[nodiscard]] std::uint64_t producers_lost() const noexcept { return producers_lost_; }
  [[nodiscard]] topic_sent sent_of(std::uint32_t topic_id) const noexcept;
  [[nodiscard]] std::size_t topics_seen() const noexcept { return topics_.size(); }

 private:
  struct topic_queues {
    std::shared_ptr<topic> of;  // co-owned: a topic outlives its deletion in Kafka while its queues stand
    wire::compression how;
    topic_sent sent;
    std::vector<std::unique_ptr<partition_queue>> queues;  // by partition
  };
  struct request {
    std::int32_t correlation = 0;
    bool is_for_producer = false;
    std::int16_t version = wire::produce_lowest;
    clock::time_point sent_at{};
    std::vector<partition_queue*> queues;
  };
  struct broker_state {
    std::vector<partition_queue*> ready;
    clock::time_point waits_since = clock::time_point::max();  // something is ready, behind a request in flight
    std::array<request, requests_in_flight_max> in_flight;     // a ring
    std::size_t first = 0;
    std::size_t count = 0;
    std::uint64_t retries = 0;
    client::broker_terms terms;
    bool holds_back = false;  // it has throttled us, and nothing was sent since
    [[nodiscard]] bool is_needed() const noexcept { return !ready.empty() || count > 0; }
    [[nodiscard]] request& at(std::size_t i) noexcept { return in_flight[(first + i) % requests_in_flight_max]; }
    [[nodiscard]] const request& oldest() const noexcept { return in_flight[first]; }
  };

  // Queues.
  partition_queue& queue_of(const batch& b);
  partition_queue* find_queue(std::string_view topic_name, std::int32_t partition) noexcept;
  template <typename Each>
  void for_each_queue(Each each) {
    for (topic_queues& t : topics_)
      for (const auto& q : t.queues)
        if (q) each(*q);
  }
  void make_ready(partition_queue& q);
  [[nodiscard]] std::int32_t leader_of(const partition_queue& q) const noexcept;
  [[nodiscard]] bool take_leader(partition_queue& q, std::int32_t leader);
  void back_off(partition_queue& q, clock::time_point now);
  void go_on(partition_queue& q);
  void be_idle(partition_queue& q);
  [[nodiscard]] partition_queue* find_queue(fence_id fence) noexcept;
  [[nodiscard]] failing failing_with(const partition_queue& q, outcome fate, reason why);

  // Requests (sender.cpp).
  broker_state& state_of(std::int32_t broker) { return brokers_[broker]; }
  [[nodiscard]] const broker_state* find(std::int32_t broker) const noexcept;
  request& begin_request(broker_state& b, clock::time_point now);
  [[nodiscard]] bool ask_for_producer(broker_state& b, clock::time_point now, wire::buffer& to);
  [[nodiscard]] bool has_producer(partition_queue& q) noexcept;
  [[nodiscard]] bool is_due(broker_state& b, clock::time_point now) const noexcept;
  void choose(broker_state& b);
  void write_produce(request& r, wire::buffer& to);

  // Answers (sender_answers.cpp).
  [[nodiscard]] bool on_producer(std::string_view response, std::int32_t& throttle_ms, clock::time_point now);
  void on_answer(partition_queue& q, const wire::produce_answer& answer, clock::time_point now);
  void on_no_producer(reason why);
  void on_corrupt(partition_queue& q, reason why, const wire::produce_answer& answer, clock::time_point now);
  void on_record_refused(partition_queue& q, reason why, const wire::produce_answer& answer);
  void on_batch_refused(partition_queue& q, wire::error_code error, reason why);
  void on_doubtful(partition_queue& q);
  void on_producer_lost(partition_queue& q, clock::time_point now);
  void on_unexpected(partition_queue& q, wire::error_code error, clock::time_point now);
  void on_unanswered(partition_queue& q, bool was_sent);
  void on_topic_gone(partition_queue& q);
  void look_at_leader(partition_queue& q, clock::time_point now);
  void give_up(partition_queue& q, reason why);
  void begin_anew(partition_queue& q);

  sender_settings settings_;
  std::mt19937_64 random_;
  wire::compressor compressor_;
  wire::buffer scratch_;
  std::shared_ptr<const cluster> cluster_;  // co-owned by the other lanes' senders
  std::vector<topic_queues> topics_;        // by topic id
  std::unordered_map<std::string_view, std::uint32_t> topic_ids_;
  std::unordered_map<std::int32_t, broker_state> brokers_;
  std::vector<partition_queue*> leaderless_;
  std::vector<partition_queue*> backing_off_;
  std::vector<partition_queue*> chosen_;
  wire::producer_identity producer_;  // for queues that have none yet
  clock::time_point producer_due_{};  // not to be asked for (again) earlier
  bool wants_producer_ = false;
  bool wants_metadata_ = false;
  bool closing_ = false;
  std::int32_t correlation_ = 0;
  clock::time_point answered_was_sent_at_{};
  std::uint64_t producers_lost_ = 0;
  std::uint64_t fences_ = 0;
};

}  // namespace batching::kafka::producer
