#include "readmodel/kafka/consumer.h"

#include <array>
#include <charconv>
#include <string_view>
#include <utility>

namespace readmodel::kafka {

namespace {

std::int64_t version_of(const rd_kafka_message_t& m) {
  rd_kafka_headers_t* headers = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  if (rd_kafka_message_headers(&m, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR ||
      rd_kafka_header_get_last(headers, "aggregate-version", &value, &size) != RD_KAFKA_RESP_ERR_NO_ERROR)
    return 0;
  const char* text = static_cast<const char*>(value);
  std::int64_t version = 0;
  const auto [end, error] = std::from_chars(text, text + size, version);
  return error == std::errc() && end == text + size ? version : 0;
}

properties make_properties(const consumer_settings& s) {
  properties all{{"enable.partition.eof", "false"},
                 {"isolation.level", "read_committed"},
                 {"client.id", "headgate-readmodel"},
                 {"partition.assignment.strategy", "cooperative-sticky"},
                 {"queued.max.messages.kbytes", std::to_string(s.queue_kilobytes_max)},
                 {"queued.min.messages", "50000"},
                 {"fetch.wait.max.ms", "100"}};
  for (const auto& [name, value] : s.extra) all[name] = value;
  // Promises that no property may break: positions are ours, and a gap in the log is never skipped silently.
  all["enable.auto.commit"] = "false";
  all["enable.auto.offset.store"] = "false";
  all["auto.offset.reset"] = "error";
  all["bootstrap.servers"] = s.bootstrap;
  all["group.id"] = s.group.empty() ? "headgate-readmodel-alone" : s.group;
  return all;
}

}  // namespace

message::message(message_handle of, bool reads_versions) : of_(std::move(of)) {
  record_.has_key = of_->key != nullptr;
  if (record_.has_key) record_.key = {static_cast<const char*>(of_->key), of_->key_len};
  record_.has_value = of_->payload != nullptr;
  if (record_.has_value) record_.value = {static_cast<const char*>(of_->payload), of_->len};
  record_.partition = of_->partition;
  record_.offset = of_->offset;
  record_.timestamp_ms = rd_kafka_message_timestamp(of_.get(), nullptr);
  if (reads_versions) record_.aggregate_version = version_of(*of_);
}

consumer::consumer(client_handle client, consumer_settings settings)
    : settings_(std::move(settings)), client_(std::move(client)) {}

auto consumer::make(const consumer_settings& settings) -> result<std::unique_ptr<consumer>> {
  conf_handle conf(rd_kafka_conf_new());
  if (auto refused = set_all(conf.get(), make_properties(settings)); !refused.empty()) return refused;
  rd_kafka_conf_set_rebalance_cb(conf.get(), &consumer::on_rebalance);
  std::unique_ptr<consumer> made(new consumer(nullptr, settings));
  rd_kafka_conf_set_opaque(conf.get(), made.get());
  std::array<char, 256> why{};
  made->client_.reset(rd_kafka_new(RD_KAFKA_CONSUMER, conf.get(), why.data(), why.size()));
  if (!made->client_) return std::string(why.data());
  static_cast<void>(conf.release());  // the client owns it now
  rd_kafka_poll_set_consumer(made->client_.get());
  return made;
}

consumer::~consumer() {
  // Leaves the group. A rebalance that this causes must not wait for anybody.
  if (client_) rd_kafka_consumer_close(client_.get());
}

void consumer::on_rebalance(rd_kafka_t* client, rd_kafka_resp_err_t what, rd_kafka_topic_partition_list_t* list,
                            void* self) {
  auto& c = *static_cast<consumer*>(self);
  rebalance r;
  auto& to = what == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS ? r.added : r.taken;
  for (int i = 0; i < list->cnt; ++i) to.push_back(list->elems[i].partition);
  r.is_lost = rd_kafka_assignment_lost(client) != 0;
  c.is_cooperative_ = std::string_view(rd_kafka_rebalance_protocol(client)) == "COOPERATIVE";
  if (what == RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS || what == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
    if (what == RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS) c.release(r);
    c.wanted_ = std::move(r);
  } else {
    rd_kafka_assign(client, nullptr);
  }
}

auto consumer::partitions(std::chrono::milliseconds patience) -> result<std::vector<std::int32_t>> {
  rd_kafka_topic_t* topic = rd_kafka_topic_new(client_.get(), settings_.topic.c_str(), nullptr);
  const rd_kafka_metadata_t* answer = nullptr;
  const auto error = rd_kafka_metadata(client_.get(), 0, topic, &answer, static_cast<int>(patience.count()));
  std::vector<std::int32_t> all;
  std::string why = error != RD_KAFKA_RESP_ERR_NO_ERROR ? rd_kafka_err2str(error) : "";
  if (answer != nullptr) {
    const auto& t = answer->topics[0];
    if (t.err != RD_KAFKA_RESP_ERR_NO_ERROR) why = rd_kafka_err2str(t.err);
    for (int i = 0; i < t.partition_cnt; ++i) all.push_back(t.partitions[i].id);
    rd_kafka_metadata_destroy(answer);
  }
  rd_kafka_topic_destroy(topic);
  if (!why.empty() || all.empty())
    return "topic " + settings_.topic + ": " + (why.empty() ? "it has no partitions" : why);
  return all;
}

auto consumer::bounds(const std::vector<std::int32_t>& of, std::chrono::milliseconds patience)
    -> result<std::map<std::int32_t, std::pair<std::int64_t, std::int64_t>>> {
  std::map<std::int32_t, std::pair<std::int64_t, std::int64_t>> all;
  for (const std::int32_t p : of) {
    auto& [first, end] = all[p];
    const auto error = rd_kafka_query_watermark_offsets(client_.get(), settings_.topic.c_str(), p, &first, &end,
                                                        static_cast<int>(patience.count()));
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
      return "end offsets of " + settings_.topic + ": " + rd_kafka_err2str(error);
  }
  return all;
}

list_handle consumer::list_of(const offsets& of) const {
  list_handle list(rd_kafka_topic_partition_list_new(static_cast<int>(of.size())));
  for (const auto& [partition, offset] : of)
    rd_kafka_topic_partition_list_add(list.get(), settings_.topic.c_str(), partition)->offset = offset;
  return list;
}

std::string consumer::join() {
  const auto list = list_of({{RD_KAFKA_PARTITION_UA, 0}});
  const auto error = rd_kafka_subscribe(client_.get(), list.get());
  return error == RD_KAFKA_RESP_ERR_NO_ERROR ? std::string() : rd_kafka_err2str(error);
}

std::optional<message> consumer::next(std::chrono::milliseconds patience) {
  message_handle m(rd_kafka_consumer_poll(client_.get(), static_cast<int>(patience.count())));
  if (!m) return std::nullopt;
  if (m->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    trouble_ = rd_kafka_message_errstr(m.get());
    if (m->err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET) lost_place_ = m->partition;
    return std::nullopt;
  }
  return message(std::move(m), settings_.reads_versions);
}

std::optional<rebalance> consumer::next_rebalance() { return std::exchange(wanted_, std::nullopt); }

void consumer::assign(const offsets& from) {
  const auto list = list_of(from);
  if (is_cooperative_) {
    if (rd_kafka_error_t* error = rd_kafka_incremental_assign(client_.get(), list.get())) {
      trouble_ = rd_kafka_error_string(error);
      rd_kafka_error_destroy(error);
    }
  } else {
    rd_kafka_assign(client_.get(), list.get());
  }
}

void consumer::release(const rebalance& of) {
  if (!is_cooperative_) {
    rd_kafka_assign(client_.get(), nullptr);
    return;
  }
  offsets partitions;
  for (const std::int32_t p : of.taken) partitions[p] = 0;
  if (rd_kafka_error_t* error = rd_kafka_incremental_unassign(client_.get(), list_of(partitions).get()))
    rd_kafka_error_destroy(error);
}

void consumer::assign_all(const offsets& from) { rd_kafka_assign(client_.get(), list_of(from).get()); }

std::int64_t consumer::known_end(std::int32_t partition) const {
  std::int64_t first = -1, end = -1;
  const auto error = rd_kafka_get_watermark_offsets(client_.get(), settings_.topic.c_str(), partition, &first, &end);
  return error == RD_KAFKA_RESP_ERR_NO_ERROR && end >= 0 ? end : -1;
}

std::int64_t consumer::position(std::int32_t partition) const {
  const auto list = list_of({{partition, 0}});
  if (rd_kafka_position(client_.get(), list.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) return -1;
  return list->elems[0].offset < 0 ? -1 : list->elems[0].offset;
}

void consumer::tell_group(const offsets& next) {
  if (!settings_.group.empty() && !next.empty())
    static_cast<void>(rd_kafka_commit(client_.get(), list_of(next).get(), 1));
}

}  // namespace readmodel::kafka
