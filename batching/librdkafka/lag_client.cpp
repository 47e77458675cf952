#include "batching/librdkafka/lag_client.h"

#include <array>
#include <span>

#include "batching/librdkafka/admin.h"

namespace batching::librdkafka {

namespace {

using namespace std::chrono_literals;

// How often a wait looks whether it should end; bounds how long shutdown waits for us.
constexpr auto look_every = 100ms;

struct list_deleter {
  void operator()(rd_kafka_topic_partition_list_t* list) const noexcept { rd_kafka_topic_partition_list_destroy(list); }
};
struct question_deleter {
  void operator()(rd_kafka_ListConsumerGroupOffsets_t* q) const noexcept {
    rd_kafka_ListConsumerGroupOffsets_destroy(q);
  }
};
std::string sentence(const char* what, const char* why) { return std::string(what) + ": " + (why ? why : "unknown"); }

offsets as_offsets(const rd_kafka_topic_partition_list_t* list) {
  offsets result;
  for (const auto& entry : std::span(list->elems, static_cast<std::size_t>(list->cnt)))
    if (entry.err == RD_KAFKA_RESP_ERR_NO_ERROR)
      result[{entry.topic, entry.partition}] = entry.offset < 0 ? -1 : entry.offset;
  return result;
}

}  // namespace

lag_client::lag_client(producer_handle client, std::chrono::milliseconds timeout)
    : client_(std::move(client)), queue_(rd_kafka_queue_new(client_.get())), timeout_(timeout) {}

lag_client::answer<lag_client> lag_client::make(const std::string& bootstrap,
                                                const std::map<std::string, std::string>& properties,
                                                const client_credentials& credentials,
                                                std::chrono::milliseconds timeout) {
  std::unique_ptr<rd_kafka_conf_t, decltype(&rd_kafka_conf_destroy)> conf(rd_kafka_conf_new(), &rd_kafka_conf_destroy);
  std::array<char, 512> why{};
  const auto set = [&](const char* name, const char* value) {
    return rd_kafka_conf_set(conf.get(), name, value, why.data(), why.size()) == RD_KAFKA_CONF_OK;
  };
  for (const auto& [name, value] : properties)
    if (!set(name.c_str(), value.c_str())) return sentence(name.c_str(), why.data());
  if (std::string wrong = credentials.apply(conf.get()); !wrong.empty()) return wrong;
  // A consumer by name only, it joins no group and reads nothing: when a coordinator says that it is none (2.8.0), the
  // library goes to the client's own group, and a client without one crashes. Its connection's troubles are the
  // producer's too, which logs them.
  if (!set("bootstrap.servers", bootstrap.c_str()) || !set("client.id", "headgate-lag") ||
      !set("group.id", "headgate-lag") || !set("enable.auto.commit", "false") || !set("statistics.interval.ms", "0") ||
      !set("log_level", "0"))
    return sentence("consumer lag", why.data());
  producer_handle client(rd_kafka_new(RD_KAFKA_CONSUMER, conf.get(), why.data(), why.size()));
  if (!client) return sentence("consumer lag", why.data());
  static_cast<void>(conf.release());  // the client owns it now
  credentials.begin(client.get());
  return lag_client(std::move(client), timeout);
}

lag_client::answer<event_handle> lag_client::wait(const std::stop_token& stop) {
  const auto deadline = std::chrono::steady_clock::now() + timeout_;
  while (!stop.stop_requested() && std::chrono::steady_clock::now() < deadline) {
    event_handle event(rd_kafka_queue_poll(queue_.get(), static_cast<int>(look_every.count())));
    if (!event) continue;
    if (rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR)
      return std::string(rd_kafka_event_error_string(event.get()));
    return event;
  }
  has_open_question_ = true;
  return std::string("no answer from Kafka in time");
}

lag_client::answer<offsets> lag_client::committed(const std::string& group, const std::stop_token& stop) {
  const auto options = make_options(client_.get(), RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS, librarys_patience);
  const std::unique_ptr<rd_kafka_ListConsumerGroupOffsets_t, question_deleter> question(
      rd_kafka_ListConsumerGroupOffsets_new(group.c_str(), nullptr));
  auto* one = question.get();
  rd_kafka_ListConsumerGroupOffsets(client_.get(), &one, 1, options.get(), queue_.get());
  const auto event = wait(stop);
  if (!event) return "committed offsets: " + event.error();
  const auto* result = rd_kafka_event_ListConsumerGroupOffsets_result(event->get());
  if (result == nullptr) return std::string("committed offsets: an answer to another question");
  std::size_t count = 0;
  const auto* groups = rd_kafka_ListConsumerGroupOffsets_result_groups(result, &count);
  if (count != 1) return std::string("committed offsets: no group in the answer");
  if (const auto* error = rd_kafka_group_result_error(groups[0]))
    return sentence("committed offsets", rd_kafka_error_string(error));
  const auto* partitions = rd_kafka_group_result_partitions(groups[0]);
  if (partitions == nullptr) return std::string("committed offsets: an answer without partitions");
  return as_offsets(partitions);
}

lag_client::answer<offsets> lag_client::ends(const offsets& of, const std::stop_token& stop) {
  std::unique_ptr<rd_kafka_topic_partition_list_t, list_deleter> list(
      rd_kafka_topic_partition_list_new(static_cast<int>(of.size())));
  for (const auto& [where, offset] : of)
    if (offset >= 0)
      rd_kafka_topic_partition_list_add(list.get(), where.first.c_str(), where.second)->offset =
          RD_KAFKA_OFFSET_SPEC_LATEST;
  if (list->cnt == 0) return offsets{};
  const auto options = make_options(client_.get(), RD_KAFKA_ADMIN_OP_LISTOFFSETS, librarys_patience);
  rd_kafka_ListOffsets(client_.get(), list.get(), options.get(), queue_.get());
  const auto event = wait(stop);
  if (!event) return "end offsets: " + event.error();
  const auto* result = rd_kafka_event_ListOffsets_result(event->get());
  if (result == nullptr) return std::string("end offsets: an answer to another question");
  std::size_t count = 0;
  const auto* infos = rd_kafka_ListOffsets_result_infos(result, &count);
  offsets ends;
  for (const auto* info : std::span(infos, count)) {
    const auto* entry = rd_kafka_ListOffsetsResultInfo_topic_partition(info);
    if (entry->err == RD_KAFKA_RESP_ERR_NO_ERROR) ends[{entry->topic, entry->partition}] = entry->offset;
  }
  return ends;
}

}  // namespace batching::librdkafka
