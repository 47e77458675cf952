#include "batching/librdkafka/group_watch.h"

#include <memory>
#include <span>
#include <utility>

#include "batching/librdkafka/admin.h"
#include "batching/librdkafka/group_client.h"
#include "metrics/events.h"

namespace batching::librdkafka {
namespace {

constexpr std::chrono::milliseconds look_every{100};

member_seen read(const rd_kafka_MemberDescription_t* member) {
  member_seen seen;
  if (const char* id = rd_kafka_MemberDescription_client_id(member)) seen.client_id = id;
  const rd_kafka_MemberAssignment_t* const assigned = rd_kafka_MemberDescription_assignment(member);
  const rd_kafka_topic_partition_list_t* const list =
      assigned != nullptr ? rd_kafka_MemberAssignment_partitions(assigned) : nullptr;
  if (list == nullptr) return seen;
  for (const auto& p : std::span(list->elems, static_cast<std::size_t>(list->cnt)))
    seen.assigned.insert({p.topic, p.partition});
  return seen;
}

group_seen read(const rd_kafka_ConsumerGroupDescription_t* group) {
  group_seen seen;
  seen.is_stable = rd_kafka_ConsumerGroupDescription_state(group) == RD_KAFKA_CONSUMER_GROUP_STATE_STABLE;
  for (std::size_t i = 0; i < rd_kafka_ConsumerGroupDescription_member_count(group); ++i)
    seen.members.push_back(read(rd_kafka_ConsumerGroupDescription_member(group, i)));
  return seen;
}

}  // namespace

group_watch::group_watch(group_settings settings, listener seen)
    : settings_(std::move(settings)),
      seen_(std::move(seen)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

group_watch::~group_watch() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void group_watch::ask_soon() {
  const std::lock_guard lock(mutex_);
  is_wanted_ = true;
  wants_.notify_one();
}

void group_watch::run(const std::stop_token& stop) {
  std::string told;  // of the last failure
  while (!stop.stop_requested()) {
    auto over = connect();
    if (!over && std::exchange(told, over.error()) != over.error())
      metrics::happened(metrics::happening::kafka_log, "the members of the event store's group cannot be asked for",
                        {{"error", over.error()}});
    bool goes_on = over.has_value();
    while (goes_on && !stop.stop_requested()) {
      const auto asked_at = std::chrono::steady_clock::now();
      goes_on = ask(*over, stop);
      if (goes_on) wait(stop, asked_at);
    }
    std::unique_lock lock(mutex_);
    wants_.wait_for(lock, stop, pause_after_failure, [] { return false; });
  }
}

void group_watch::wait(const std::stop_token& stop, std::chrono::steady_clock::time_point asked_at) {
  std::unique_lock lock(mutex_);
  wants_.wait_until(lock, stop, asked_at + at_most_every, [] { return false; });
  wants_.wait_until(lock, stop, asked_at + every, [this] { return is_wanted_; });
  is_wanted_ = false;
}

// A consumer by name only: it joins no group. Why it has one at all: lag_client.cpp.
boost::system::result<group_watch::connected, std::string> group_watch::connect() const {
  group_client client(settings_, "");
  client.set("client.id", "headgate-store-watch");
  client.set("group.id", "headgate-store-watch");
  auto consumer = client.make();
  if (!consumer) return consumer.error();
  connected made;
  made.client = std::move(*consumer);
  made.queue.reset(rd_kafka_queue_new(made.client.get()));
  return made;
}

bool group_watch::ask(const connected& over, const std::stop_token& stop) {
  const options_handle options =
      make_options(over.client.get(), RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS, librarys_patience);
  const char* group = settings_.group.c_str();
  rd_kafka_DescribeConsumerGroups(over.client.get(), &group, 1, options.get(), over.queue.get());
  const auto until = std::chrono::steady_clock::now() + answer_time_max;
  event_handle event;
  while (!event && !stop.stop_requested() && std::chrono::steady_clock::now() < until)
    event.reset(rd_kafka_queue_poll(over.queue.get(), static_cast<int>(look_every.count())));
  if (!event) return false;
  const rd_kafka_DescribeConsumerGroups_result_t* const result =
      rd_kafka_event_DescribeConsumerGroups_result(event.get());
  if (result == nullptr || rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) return true;
  std::size_t count = 0;
  const rd_kafka_ConsumerGroupDescription_t** const groups =
      rd_kafka_DescribeConsumerGroups_result_groups(result, &count);
  if (count != 1 || rd_kafka_ConsumerGroupDescription_error(groups[0]) != nullptr) return true;
  seen_(read(groups[0]));
  return true;
}

}  // namespace batching::librdkafka
