#include "batching/librdkafka/group_member.h"

#include <algorithm>
#include <span>
#include <utility>

#include "batching/librdkafka/group_client.h"
#include "metrics/events.h"

namespace batching::librdkafka {
namespace {

struct list_deleter {
  void operator()(rd_kafka_topic_partition_list_t* list) const noexcept { rd_kafka_topic_partition_list_destroy(list); }
};
using list_handle = std::unique_ptr<rd_kafka_topic_partition_list_t, list_deleter>;

std::span<rd_kafka_topic_partition_t> entries(const rd_kafka_topic_partition_list_t* list) {
  return {list->elems, static_cast<std::size_t>(list->cnt)};
}

void report(rd_kafka_error_t* error) {
  if (error == nullptr) return;
  metrics::happened(metrics::happening::kafka_log, "the group of the event store's owners",
                    {{"error", std::string(rd_kafka_error_string(error))}});
  rd_kafka_error_destroy(error);
}

}  // namespace

boost::system::result<std::unique_ptr<group_member>, std::string> group_member::join(
    const group_settings& settings, const std::vector<std::string>& topics, listener changed) {
  group_client client(settings, "the group of the event store's owners: ");
  client.set("group.id", settings.group);
  client.set("partition.assignment.strategy", "cooperative-sticky");
  client.set("session.timeout.ms", std::to_string(settings.session_timeout.count()));
  client.set("heartbeat.interval.ms", std::to_string(std::min(settings.session_timeout / 5, heartbeat_every).count()));
  if (!settings.client_id.empty()) client.set("client.id", settings.client_id);
  rd_kafka_conf_set_events(client.get(), RD_KAFKA_EVENT_REBALANCE);
  auto consumer = client.make();
  if (!consumer) return consumer.error();
  std::unique_ptr<group_member> made(new group_member(std::move(changed)));
  made->client_ = std::move(*consumer);
  rd_kafka_poll_set_consumer(made->client_.get());
  made->queue_.reset(rd_kafka_queue_get_consumer(made->client_.get()));
  const list_handle wanted(rd_kafka_topic_partition_list_new(static_cast<int>(topics.size())));
  for (const std::string& t : topics) rd_kafka_topic_partition_list_add(wanted.get(), t.c_str(), RD_KAFKA_PARTITION_UA);
  if (const auto error = rd_kafka_subscribe(made->client_.get(), wanted.get()); error != RD_KAFKA_RESP_ERR_NO_ERROR)
    return std::string(rd_kafka_err2str(error));
  made->thread_ = std::jthread([self = made.get()](const std::stop_token& stop) { self->run(stop); });
  return made;
}

group_member::~group_member() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

// Its consumption is paused: a message that slips through is thrown away.
void group_member::run(const std::stop_token& stop) {
  bool is_leaving = false;
  const auto goes_on = [&] { return !is_leaving || rd_kafka_consumer_closed(client_.get()) == 0; };
  while (goes_on()) {
    if (const event_handle event{rd_kafka_queue_poll(queue_.get(), static_cast<int>(poll_time.count()))})
      on_event(event.get());
    if (stop.stop_requested() && !std::exchange(is_leaving, true))
      report(rd_kafka_consumer_close_queue(client_.get(), queue_.get()));
  }
  if (!std::exchange(all_, {}).empty()) changed_(all_);
}

void group_member::on_event(rd_kafka_event_t* event) {
  if (rd_kafka_event_type(event) != RD_KAFKA_EVENT_REBALANCE) return;
  rd_kafka_topic_partition_list_t* const which = rd_kafka_event_topic_partition_list(event);
  if (rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) return take(which);
  give_back(which);
}

void group_member::take(rd_kafka_topic_partition_list_t* which) {
  for (rd_kafka_topic_partition_t& p : entries(which)) {
    p.offset = RD_KAFKA_OFFSET_END;
    all_.insert({p.topic, p.partition});
  }
  report(rd_kafka_incremental_assign(client_.get(), which));
  rd_kafka_pause_partitions(client_.get(), which);
  changed_(all_);
}

// Told first: whoever owns them stops before another instance is asked to begin.
void group_member::give_back(const rd_kafka_topic_partition_list_t* which) {
  for (const rd_kafka_topic_partition_t& p : entries(which)) all_.erase({p.topic, p.partition});
  changed_(all_);
  report(rd_kafka_incremental_unassign(client_.get(), which));
}

}  // namespace batching::librdkafka
