#include "bench/references/producer.h"

#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

namespace bench::references {
namespace {

[[noreturn]] void die(const std::string& what) {
  std::fprintf(stderr, "reference producer: %s\n", what.c_str());
  std::exit(1);
}

void set(rd_kafka_conf_t* conf, const char* name, const std::string& value) {
  char error[256];
  if (rd_kafka_conf_set(conf, name, value.c_str(), error, sizeof error) != RD_KAFKA_CONF_OK) die(error);
}

std::pair<double, double> cpu_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return {seconds(used.ru_utime), seconds(used.ru_stime)};
}

}  // namespace

producer::producer(const options& o) {
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  set(conf, "bootstrap.servers", o.kafka);
  set(conf, "acks", "all");
  set(conf, "enable.idempotence", "true");
  set(conf, "partitioner", "murmur2_random");
  set(conf, "compression.type", o.compression);
  if (o.compression_level >= 0) set(conf, "compression.level", std::to_string(o.compression_level));
  set(conf, "linger.ms", std::to_string(o.linger_ms));
  set(conf, "queue.buffering.max.messages", "100000");
  set(conf, "socket.nagle.disable", "true");
  for (const std::string& each : o.properties) {
    const std::size_t equals = each.find('=');
    set(conf, each.substr(0, equals).c_str(), each.substr(equals + 1));
  }
  rd_kafka_conf_set_opaque(conf, this);
  rd_kafka_conf_set_dr_msg_cb(conf, &producer::on_report);
  char error[256];
  kafka_.reset(rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, sizeof error));
  if (!kafka_) die(error);
  topic_.reset(rd_kafka_topic_new(kafka_.get(), o.topic.c_str(), nullptr));

  const rd_kafka_metadata_t* metadata = nullptr;
  if (const auto e = rd_kafka_metadata(kafka_.get(), 0, topic_.get(), &metadata, 10'000);
      e != RD_KAFKA_RESP_ERR_NO_ERROR)
    die(std::string("no metadata from ") + o.kafka + ": " + rd_kafka_err2str(e));
  partitions_ = metadata->topic_cnt == 1 ? metadata->topics[0].partition_cnt : 0;
  rd_kafka_metadata_destroy(metadata);
  if (partitions_ == 0) die("no topic " + o.topic);
}

void producer::on_report(rd_kafka_t*, const rd_kafka_message_t* message, void* self) noexcept {
  auto& p = *static_cast<producer*>(self);
  const bool persisted =
      message->err == RD_KAFKA_RESP_ERR_NO_ERROR && rd_kafka_message_status(message) == RD_KAFKA_MSG_STATUS_PERSISTED;
  ++(persisted ? p.delivered_ : p.failed_);
  if (p.on_delivered && persisted) p.on_delivered(*message);
}

void producer::wait_for_reports() {
  rd_kafka_flush(kafka_.get(), 0);  // send now, whatever linger.ms says
  while (delivered_ + failed_ < produced) poll(50);
}

stopwatch::stopwatch() : start_(std::chrono::steady_clock::now()) {
  std::tie(user_start_, system_start_) = cpu_seconds();
}

double stopwatch::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

void stopwatch::print(const char* reference, const options& o, const producer& p) const {
  const double wall = seconds();
  const auto [user, system] = cpu_seconds();
  const double cpu = user - user_start_ + system - system_start_;
  const auto delivered = static_cast<double>(p.delivered());
  std::printf(
      "{\"reference\":\"%s\",\"event_bytes\":%zu,\"compression\":\"%s\",\"partitions\":%d,\"delivered\":%llu,"
      "\"failed\":%llu,"
      "\"wall_seconds\":%.4f,\"user_seconds\":%.4f,\"system_seconds\":%.4f,\"cpu_ns_per_event\":%.1f,\"events_per_"
      "second\":%.0f}\n",
      reference, o.event_bytes, o.compression.c_str(), p.partitions(), static_cast<unsigned long long>(p.delivered()),
      static_cast<unsigned long long>(p.failed()), wall, user - user_start_, system - system_start_,
      cpu / delivered * 1e9, delivered / wall);
}

}  // namespace bench::references
