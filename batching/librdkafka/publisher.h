// The publisher on librdkafka: one idempotent producer, acks=all, every record kept until Kafka has said its last word.
//
// A batch goes to librdkafka in one call and by reference; it is found again through its records, whose addresses
// travel as the messages' opaques. A producer that has turned fatal, or whose certificate was renewed, is replaced
// without a person: rebuild(), renew_credentials().
//
// Threads: lanes call publish(); one lane calls serve() when event_fd() is readable; the keeper thread watches metadata
// and rebuilds. Batches are settled by one thread at a time: the serving one, or the keeper while it rebuilds.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <thread>
#include <vector>

#include "batching/cluster.h"
#include "batching/librdkafka/client.h"
#include "batching/librdkafka/credential_files.h"
#include "batching/librdkafka/error_map.h"
#include "batching/librdkafka/waiting_room.h"
#include "batching/publisher.h"
#include "batching/topics/question_pace.h"
#include "batching/topics/topic_directory.h"

namespace batching::librdkafka {

/// How the producer is doing, for readiness and metrics. Any thread.
struct producer_health {
  bool reachable = false;             // the last metadata question was answered
  std::chrono::milliseconds away{0};  // since the last answer, where not reachable
  bool rebuilding = false;
  std::uint64_t rebuilds = 0;
  std::uint64_t records_in_flight = 0;  // given to publish() and not settled
};

class publisher final : public batching::publisher {
 public:
  struct callbacks {
    std::function<void(std::shared_ptr<const topic_table>)> on_topics;  // keeper thread; the topics have changed
    std::function<void(std::string)> on_statistics;  // serving thread; librdkafka's JSON, each second
    // Keeper thread, after each answer and before on_topics; unset: nobody needs it.
    std::function<void(std::shared_ptr<const cluster>)> on_cluster = nullptr;
  };

  publisher(producer_settings settings, topics::directory_settings directory, callbacks calls);
  ~publisher() override;
  publisher(const publisher&) = delete;
  publisher& operator=(const publisher&) = delete;

  /// Makes the producer and starts the keeper. The error is for people. Kafka need not be reachable.
  [[nodiscard]] boost::system::result<void, std::string> start();

  void publish(std::unique_ptr<batch> sealed) noexcept override;

  /// Readable when serve() has something to do.
  [[nodiscard]] int event_fd() const noexcept { return event_fd_; }
  /// Settles what Kafka has answered. One thread; never blocks. True: there is more, call again.
  bool serve() noexcept;

  /// Asks Kafka for its topics soon; `done` runs on the keeper thread afterwards. `by_client`: a client has named a
  /// topic that is not known; such questions are held to topics::question_pace.
  void refresh_topics(std::function<void(bool answered)> done, bool by_client = false);

  /// Settles everything that Kafka has not confirmed, as not_persisted or possibly_persisted (shutting_down), and takes
  /// no more. Returns how many records that were. Blocks for at most `patience`.
  std::uint64_t abandon(std::chrono::milliseconds patience);

  /// Any thread. A broker has answered somebody else of this process.
  void note_contact() noexcept;

  [[nodiscard]] producer_health health() const;
  /// For tests and chaos runs: makes the producer fatal as librdkafka itself would.
  void provoke_fatal_error() noexcept;

 private:
  enum class state : std::uint8_t { running, rebuilding, closing };

  /// One librdkafka producer with its queue and topic handles; replaced as a whole.
  struct generation {
    std::shared_ptr<last_sent> sent = std::make_shared<last_sent>(0);  // co-owned by the producer
    producer_handle producer;
    queue_handle queue;
    std::vector<topic_handle> topics;  // by topic id; guarded by topics_mutex
    std::shared_mutex topics_mutex;
    credential_files::marks credentials;  // as it read them
    bool is_retired = false;  // keeper thread: another takes its place, what it has not sent waits for that one
    ~generation();
    [[nodiscard]] bool is_fatal() const noexcept;
    [[nodiscard]] bool may_have_sent(const batch& b) const noexcept;
    [[nodiscard]] bool is_over() const noexcept { return is_retired || is_fatal(); }
  };
  using new_generation = boost::system::result<std::unique_ptr<generation>, std::string>;

  // Handing over.
  void produce(generation& g, batch& b, std::uint32_t from, std::uint32_t to);
  void produce_plain(rd_kafka_topic_t* rkt, batch& b, std::uint32_t from, std::uint32_t to);
  void produce_with_extras(generation& g, rd_kafka_topic_t* rkt, batch& b, std::uint32_t from, std::uint32_t to);
  void refused(batch& b, std::uint32_t from, std::uint32_t to, rd_kafka_resp_err_t error);
  [[nodiscard]] rd_kafka_topic_t* topic_of(generation& g, const topic& t);

  // Settling.
  void handle(generation& g, rd_kafka_event_t* event);
  void handle_reports(generation& g, rd_kafka_event_t* event);
  void report(generation& g, batch& b, settled_range range, rd_kafka_resp_err_t error);
  void settle(batch& b, settled_range range) noexcept;
  void settle_refused();

  // Keeping (publisher_keeper.cpp).
  void keep(const std::stop_token& stop);
  [[nodiscard]] std::vector<std::function<void(bool)>> await_question(clock::time_point due,
                                                                      const std::stop_token& stop);
  bool ask_for_topics();
  [[nodiscard]] std::shared_ptr<const topic_table> ask_for_settings();
  void tell_cluster(const rd_kafka_metadata_t& answer);
  [[nodiscard]] std::string cluster_id() const;
  void contact(bool answered) noexcept;
  [[nodiscard]] clock::duration silence() const noexcept;
  void wake_keeper() noexcept;
  void wake_server() noexcept;

  // Replacing the producer (publisher_replace.cpp).
  [[nodiscard]] new_generation make_generation();
  void fail() noexcept;
  void rebuild(const std::stop_token& stop);
  void renew_credentials(const std::stop_token& stop);
  [[nodiscard]] bool stop_handing_over();
  void go_on();
  [[nodiscard]] std::unique_ptr<generation> take_over(std::unique_ptr<generation> fresh);
  [[nodiscard]] bool drain(generation& g, std::chrono::milliseconds patience, const std::stop_token& stop);
  void empty(generation& g, std::chrono::milliseconds patience, const std::stop_token& stop);
  void hand_over_again();

  producer_settings settings_;
  callbacks calls_;
  topics::topic_directory directory_;
  int event_fd_ = -1;

  mutable std::shared_mutex mutex_;  // guards generation_ and changes of state_; shared by publish() and serve()
  std::atomic<state> state_{state::running};
  std::unique_ptr<generation> generation_;
  waiting_room waiting_;  // records no producer has: they wait for the next generation

  std::atomic<std::uint64_t> sequence_{0};
  std::atomic<std::uint64_t> records_in_{0};
  std::atomic<std::uint64_t> records_out_{0};
  std::atomic<std::uint64_t> rebuilds_{0};
  std::atomic<bool> is_fatal_{false};
  std::atomic<bool> reachable_{false};
  bool asked_before_ = false;               // keeper thread
  std::shared_ptr<const cluster> cluster_;  // keeper thread; the newest, co-owned by who was told
  credential_files credentials_;
  clock::time_point renewal_due_{};               // keeper thread
  std::atomic<std::int64_t> last_contact_ns_{0};  // metadata was answered, or records confirmed

  std::mutex refused_mutex_;
  std::vector<std::pair<batch*, settled_range>> refused_;  // by librdkafka on the spot; settled by the serving thread

  std::mutex keeper_mutex_;
  std::condition_variable_any keeper_wakes_;
  std::vector<std::function<void(bool answered)>> refresh_done_;  // at most one a lane
  std::vector<std::function<void(bool answered)>> clients_wait_;  // at most one a connection
  topics::question_pace pace_;                                    // keeper thread
  std::jthread keeper_;                                           // last: stops before anything it uses is gone
};

}  // namespace batching::librdkafka
