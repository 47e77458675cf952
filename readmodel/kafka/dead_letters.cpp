#include "readmodel/kafka/dead_letters.h"

#include <array>
#include <utility>

namespace readmodel::kafka {

namespace {

decltype(rd_kafka_vu_t::u.mem) as_memory(bool is_there, std::string_view bytes) {
  return {is_there ? const_cast<char*>(bytes.data()) : nullptr, bytes.size()};
}

}  // namespace

boost::system::result<std::unique_ptr<dead_letters>, std::string> dead_letters::make(const std::string& bootstrap,
                                                                                     const properties& extra,
                                                                                     std::string topic,
                                                                                     std::string about) {
  properties all = extra;
  all["bootstrap.servers"] = bootstrap;
  all["client.id"] = "headgate-readmodel-dead-letters";
  all["enable.idempotence"] = "true";
  all["message.timeout.ms"] = "20000";
  all.erase("group.id");
  conf_handle conf(rd_kafka_conf_new());
  if (auto refused = set_all(conf.get(), all); !refused.empty()) return refused;
  std::unique_ptr<dead_letters> made(new dead_letters(std::move(topic), std::move(about)));
  rd_kafka_conf_set_dr_msg_cb(conf.get(), &dead_letters::on_delivery);
  rd_kafka_conf_set_opaque(conf.get(), made.get());
  std::array<char, 256> why{};
  made->client_.reset(rd_kafka_new(RD_KAFKA_PRODUCER, conf.get(), why.data(), why.size()));
  if (!made->client_) return std::string(why.data());
  static_cast<void>(conf.release());  // the client owns it now
  return made;
}

void dead_letters::on_delivery(rd_kafka_t*, const rd_kafka_message_t* m, void* self) {
  if (m->err != RD_KAFKA_RESP_ERR_NO_ERROR) static_cast<dead_letters*>(self)->trouble_ = rd_kafka_err2str(m->err);
}

void dead_letters::add(const fold::record& which, std::string_view from_topic, std::string_view why) {
  rd_kafka_headers_t* headers = rd_kafka_headers_new(6);
  const auto put = [&](const char* name, std::string_view value) {
    rd_kafka_header_add(headers, name, -1, value.data(), static_cast<ssize_t>(value.size()));
  };
  put("dead-letter-reason", why);
  put("dead-letter-topic", from_topic);
  put("dead-letter-partition", std::to_string(which.partition));
  put("dead-letter-offset", std::to_string(which.offset));
  put("dead-letter-timestamp", std::to_string(which.timestamp_ms));
  put("dead-letter-projection", about_);
  std::array<rd_kafka_vu_t, 5> parts{};
  parts[0].vtype = RD_KAFKA_VTYPE_TOPIC;
  parts[0].u.cstr = topic_.c_str();
  parts[1].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
  parts[1].u.i = RD_KAFKA_MSG_F_COPY;
  parts[2].vtype = RD_KAFKA_VTYPE_KEY;
  parts[2].u.mem = as_memory(which.has_key, which.key);
  parts[3].vtype = RD_KAFKA_VTYPE_VALUE;
  parts[3].u.mem = as_memory(which.has_value, which.value);
  parts[4].vtype = RD_KAFKA_VTYPE_HEADERS;
  parts[4].u.headers = headers;
  if (!produce(parts)) rd_kafka_headers_destroy(headers);  // else they are the library's
}

bool dead_letters::produce(const std::array<rd_kafka_vu_t, 5>& parts) {
  for (;;) {
    rd_kafka_error_t* error = rd_kafka_produceva(client_.get(), parts.data(), parts.size());
    if (error == nullptr) return true;
    const bool is_full = rd_kafka_error_code(error) == RD_KAFKA_RESP_ERR__QUEUE_FULL;
    if (!is_full) trouble_ = rd_kafka_error_string(error);
    rd_kafka_error_destroy(error);
    if (!is_full) return false;
    rd_kafka_poll(client_.get(), 100);
  }
}

std::string dead_letters::flush(std::chrono::milliseconds patience) {
  if (rd_kafka_flush(client_.get(), static_cast<int>(patience.count())) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    rd_kafka_purge(client_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    rd_kafka_flush(client_.get(), 1000);
    trouble_ = "Kafka did not confirm in time";
  }
  return std::exchange(trouble_, {});
}

}  // namespace readmodel::kafka
