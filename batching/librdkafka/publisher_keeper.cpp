// The keeper's half of the publisher: watching Kafka's metadata, and whether the producer is still fit.
#include <sys/eventfd.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "batching/librdkafka/publisher.h"
#include "batching/librdkafka/topic_settings.h"
#include "metrics/events.h"

namespace batching::librdkafka {

using metrics::happened;
using metrics::happening;
using namespace std::chrono_literals;

namespace {

// One frozen broker keeps the question that went to it, while others confirm records: that is not Kafka being away.
constexpr auto silence_tolerated = 8s;
constexpr std::size_t settings_at_once = 200;  // topics; further ones with the next question
constexpr auto settings_patience = 1s;
constexpr auto question_pause = 100ms;  // unknown topics in requests cannot ask more often than this

std::vector<topics::topic_seen> topics_in(const rd_kafka_metadata_t& answer) {
  std::vector<topics::topic_seen> seen;
  for (int i = 0; i < answer.topic_cnt; ++i) {
    const rd_kafka_metadata_topic_t& t = answer.topics[i];
    if (t.err == RD_KAFKA_RESP_ERR_NO_ERROR || t.err == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE)
      seen.push_back({t.topic, t.partition_cnt});
  }
  return seen;
}

std::vector<broker_address> brokers_in(const rd_kafka_metadata_t& answer) {
  std::vector<broker_address> brokers;
  for (int i = 0; i < answer.broker_cnt; ++i) {
    const rd_kafka_metadata_broker_t& b = answer.brokers[i];
    brokers.push_back({b.id, b.host, static_cast<std::uint16_t>(b.port)});
  }
  return brokers;
}

std::vector<std::int32_t> leaders_in(const rd_kafka_metadata_topic_t& t) {
  std::vector<std::int32_t> leaders(static_cast<std::size_t>(t.partition_cnt), -1);
  for (int i = 0; i < t.partition_cnt; ++i) {
    const rd_kafka_metadata_partition_t& p = t.partitions[i];
    if (p.id >= 0 && p.id < t.partition_cnt) leaders[static_cast<std::size_t>(p.id)] = p.leader;
  }
  return leaders;
}

}  // namespace

void publisher::keep(const std::stop_token& stop) {
  auto next_question = clock::now();
  while (!stop.stop_requested()) {
    if (is_fatal_.load()) rebuild(stop);
    const auto asked = await_question(next_question, stop);
    if (stop.stop_requested()) return;
    if (asked.empty() && clock::now() < next_question) continue;
    const bool answered = ask_for_topics();
    next_question = clock::now() + (reachable_.load() ? directory_.refresh() : std::min(directory_.refresh(), 500ms));
    for (const auto& done : asked) done(answered);
    renew_credentials(stop);
    std::unique_lock lock(keeper_mutex_);
    keeper_wakes_.wait_for(lock, stop, question_pause, [] { return false; });
  }
}

// The calls that wait for Kafka's word on its topics. Clients' own questions wait their turn; one answer is for all.
std::vector<std::function<void(bool)>> publisher::await_question(clock::time_point due, const std::stop_token& stop) {
  std::unique_lock lock(keeper_mutex_);
  const auto is_urgent = [this] { return is_fatal_.load() || !refresh_done_.empty(); };
  keeper_wakes_.wait_until(lock, stop, due, [&] { return is_urgent() || !clients_wait_.empty(); });
  if (!clients_wait_.empty()) keeper_wakes_.wait_until(lock, stop, std::min(due, pace_.next()), is_urgent);
  std::vector<std::function<void(bool)>> asked;
  asked.swap(refresh_done_);
  if (clients_wait_.empty() || is_fatal_.load()) return asked;
  pace_.asked(clock::now());
  std::ranges::move(clients_wait_, std::back_inserter(asked));
  clients_wait_.clear();
  return asked;
}

// False: Kafka did not answer.
bool publisher::ask_for_topics() {
  const metadata_handle answer = ask_metadata(generation_->producer.get(), topics_asked::all);
  const bool is_silence = !answer && reachable_.load() && silence() < silence_tolerated;
  if (!is_silence) contact(answer != nullptr);
  if (!answer) return false;
  const auto seen = topics_in(*answer);
  auto table = directory_.update(seen);
  if (auto described = ask_for_settings()) table = std::move(described);
  tell_cluster(*answer);
  if (table && calls_.on_topics) calls_.on_topics(std::move(table));
  return true;
}

// Before the table is told of, so that the door knows a compacted topic from its first event on.
std::shared_ptr<const topic_table> publisher::ask_for_settings() {
  const auto wanting = directory_.wanting_settings(clock::now(), settings_at_once);
  if (wanting.empty()) return nullptr;
  const auto said = ask_topic_settings(generation_->producer.get(), wanting, settings_patience);
  return directory_.take_settings(wanting, said, clock::now());
}

// Known since the first metadata answer: nothing is asked here.
std::string publisher::cluster_id() const {
  char* const text = rd_kafka_clusterid(generation_->producer.get(), 0);
  std::string id = text != nullptr ? text : "";
  if (text != nullptr) rd_kafka_mem_free(generation_->producer.get(), text);
  return id;
}

// Topics that an answer does not mention stay as they were: it may be incomplete after a broker's restart.
void publisher::tell_cluster(const rd_kafka_metadata_t& answer) {
  if (!calls_.on_cluster) return;
  auto fresh = cluster_ ? std::make_shared<cluster>(*cluster_) : std::make_shared<cluster>();
  fresh->brokers = brokers_in(answer);
  if (fresh->id.empty()) fresh->id = cluster_id();
  for (int i = 0; i < answer.topic_cnt; ++i) {
    const rd_kafka_metadata_topic_t& t = answer.topics[i];
    const std::int64_t id = t.err == RD_KAFKA_RESP_ERR_NO_ERROR ? directory_.id_of(t.topic) : -1;
    if (id < 0) continue;
    if (fresh->topics.size() <= static_cast<std::size_t>(id)) fresh->topics.resize(static_cast<std::size_t>(id) + 1);
    fresh->topics[static_cast<std::size_t>(id)] = {true, false, leaders_in(t)};
  }
  directory_.for_each_topic([&](std::uint32_t id, bool is_there) {
    if (!is_there && id < fresh->topics.size()) fresh->topics[id] = {false, true, {}};
  });
  cluster_ = std::move(fresh);
  calls_.on_cluster(cluster_);
}

clock::duration publisher::silence() const noexcept {
  return clock::now() - clock::time_point(clock::duration(last_contact_ns_.load()));
}

void publisher::note_contact() noexcept {
  last_contact_ns_.store(clock::now().time_since_epoch().count(), std::memory_order_relaxed);
}

void publisher::contact(bool answered) noexcept {
  if (answered) note_contact();
  const bool was = reachable_.exchange(answered);
  const bool is_first = !std::exchange(asked_before_, true);
  if (!answered && (was || is_first))
    happened(happening::kafka_unreachable, "Kafka does not answer; records wait and are not given up",
             {{"bootstrap", settings_.bootstrap}});
  if (!was && answered) happened(happening::kafka_back, "Kafka answers", {{"bootstrap", settings_.bootstrap}});
}

void publisher::refresh_topics(std::function<void(bool answered)> done, bool by_client) {
  {
    const std::lock_guard lock(keeper_mutex_);
    (by_client ? clients_wait_ : refresh_done_).push_back(std::move(done));
  }
  keeper_wakes_.notify_all();
}

producer_health publisher::health() const {
  producer_health h;
  h.reachable = reachable_.load();
  if (!h.reachable) h.away = std::chrono::duration_cast<std::chrono::milliseconds>(silence());
  h.rebuilding = is_fatal_.load();
  h.rebuilds = rebuilds_.load();
  h.records_in_flight = records_in_.load() - records_out_.load();
  return h;
}

void publisher::wake_keeper() noexcept {
  { const std::lock_guard lock(keeper_mutex_); }
  keeper_wakes_.notify_all();
}

void publisher::wake_server() noexcept { eventfd_write(event_fd_, 1); }

}  // namespace batching::librdkafka
