#include "read_model.h"

#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <random>
#include <thread>

#include "../../kafka/real_kafka.h"
#include "readmodel/app/latest.h"
#include "readmodel/app/settings.h"
#include "readmodel/cql/values.h"
#include "readmodel/tables/generations.h"

extern char** environ;

namespace read_model_tests {

using namespace std::chrono_literals;

namespace {

constexpr const char* program = HEADGATE_READMODEL_PROGRAM;

}  // namespace

std::string cassandra_address() {
  const char* at = std::getenv("HEADGATE_TEST_CASSANDRA");
  if (at == nullptr)
    ADD_FAILURE() << "HEADGATE_TEST_CASSANDRA=host:port is not set: run this through ctest -L cassandra";
  return at != nullptr ? at : "127.0.0.1:1";
}

child::child(const std::vector<std::string>& words) {
  std::vector<char*> argv;
  for (const std::string& w : words) argv.push_back(const_cast<char*>(w.c_str()));
  argv.push_back(nullptr);
  EXPECT_EQ(::posix_spawn(&pid_, argv[0], nullptr, nullptr, argv.data(), environ), 0);
}

int child::end(int signal) {
  if (pid_ <= 0) return 0;
  ::kill(pid_, signal);
  return wait();
}

int child::wait() {
  int status = 0;
  ::waitpid(std::exchange(pid_, -1), &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::optional<int> child::wait_for(int seconds) {
  int status = 0;
  for (int i = 0; i < 20 * seconds; ++i) {
    if (::waitpid(pid_, &status, WNOHANG) == pid_) {
      pid_ = -1;
      return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    std::this_thread::sleep_for(50ms);
  }
  return std::nullopt;
}

void child::send(int signal) const { ::kill(pid_, signal); }

struct read_model::producer {
  rd_kafka_t* client = nullptr;
  producer() {
    std::array<char, 256> why{};
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", kafka_tests::bootstrap().c_str(), why.data(), why.size());
    rd_kafka_conf_set(conf, "enable.idempotence", "true", why.data(), why.size());
    rd_kafka_conf_set(conf, "partitioner", "murmur2", why.data(), why.size());
    client = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why.data(), why.size());
  }
  ~producer() { rd_kafka_destroy(client); }
};

read_model::read_model(int partitions) : read_model(partitions, {cassandra_address()}) {}

read_model::read_model(int partitions, cassandra_place at)
    : where(std::move(at)),
      topic(kafka_tests::make_topic("readmodel", partitions)),
      keyspace("k" + std::to_string(::getpid()) + "_" + std::to_string(std::random_device()() % 100'000)),
      dead_letters(kafka_tests::make_topic("readmodel-dead", 1)),
      how(app::make_latest()),
      producer_(std::make_unique<producer>()) {
  app::options o;
  o.cassandra = {where.address};
  o.user = where.user;
  o.password_file = where.password_file;
  o.tls_ca = where.ca;
  const auto made = app::make_settings(o);
  EXPECT_TRUE(made) << made.error();
  session = std::make_unique<cassandra::session>(made->session, count, std::stop_token());
}

read_model::~read_model() {
  execute("drop keyspace if exists " + keyspace);
  kafka_tests::delete_topic(topic);
  kafka_tests::delete_topic(dead_letters);
}

void read_model::execute(const std::string& cql) {
  const auto done = session->execute_one({cql, {}, {}});
  EXPECT_TRUE(done) << cql << ": " << done.error().message;
}

void read_model::produce(const std::string& key, const std::string& value) {
  rd_kafka_topic_t* t = rd_kafka_topic_new(producer_->client, topic.c_str(), nullptr);
  EXPECT_EQ(rd_kafka_produce(t, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY, const_cast<char*>(value.data()),
                             value.size(), key.data(), key.size(), nullptr),
            0);
  rd_kafka_topic_destroy(t);
}

void read_model::produce_many(int count_of_events, int aggregates) {
  static int made = 0;
  for (int i = 0; i < count_of_events; ++i) {
    const std::string n = std::to_string(++made);
    produce("agg-" + std::to_string(i % aggregates), "{\"eventType\":\"E\",\"n\":" + n + "}");
  }
  flush();
}

void read_model::produce_single(int count_of_events) {
  static int made = 0;
  for (int i = 0; i < count_of_events; ++i) produce("single-" + std::to_string(++made), R"({"eventType":"E"})");
  flush();
}

void read_model::flush() { EXPECT_EQ(rd_kafka_flush(producer_->client, 30'000), RD_KAFKA_RESP_ERR_NO_ERROR); }

std::vector<std::string> read_model::words(const std::string& what, std::vector<std::string> more) const {
  std::vector<std::string> all{program,
                               what,
                               "--kafka",
                               kafka_tests::bootstrap(),
                               "--topic",
                               topic,
                               "--cassandra",
                               where.address,
                               "--keyspace",
                               keyspace,
                               "--quiet",
                               "--dead-letters",
                               dead_letters,
                               "--kafka-property",
                               "session.timeout.ms=6000",
                               "--kafka-property",
                               "heartbeat.interval.ms=500"};
  if (what == "run") all.insert(all.end(), {"--admin", "none"});
  if (!where.user.empty()) all.insert(all.end(), {"--user", where.user, "--password-file", where.password_file});
  if (!where.ca.empty()) all.insert(all.end(), {"--tls-ca", where.ca});
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

child read_model::start(std::vector<std::string> more) { return child(words("run", std::move(more))); }

int read_model::run_command(const std::string& what, std::vector<std::string> more) {
  return child(words(what, std::move(more))).wait();
}

shown_rows read_model::expected() const {
  shown_rows all;
  for (const auto& r : kafka_tests::read_all(topic)) {  // within a partition in the log's order
    shown_row& one = all[r.key];
    ++one.events;
    one.last = r.value;
  }
  return all;
}

int read_model::live() {
  tables::generations g(*session, keyspace, how->name, cql::consistency::one);
  const auto number = g.live();
  return number ? *number : 0;
}

shown_rows read_model::shown() {
  shown_rows all;
  const int generation = live();
  if (generation == 0) return all;
  const auto failed = session->read_pages(
      {"select aggregate_id, events, event from " + keyspace + ".latest_g" + std::to_string(generation), {}, {}}, 500,
      [&](cql::rows& page) {
        for (const auto& row : page.list)
          all[row[0].value_or("")] = {cql::to_bigint(row[1]).value_or(-1), row[2].value_or("")};
        return true;
      });
  EXPECT_FALSE(failed) << failed->message;
  return all;
}

bool read_model::becomes_right(int seconds) {
  const shown_rows right = expected();
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  while (std::chrono::steady_clock::now() < until) {
    if (live() > 0 && shown() == right) return true;
    std::this_thread::sleep_for(300ms);
  }
  return false;
}

bool read_model::passes(std::int64_t events, int seconds) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  std::int64_t sum = 0;
  while (std::chrono::steady_clock::now() < until) {
    const tables::statements of({keyspace, how->name, live()}, *how, cql::consistency::one);
    const auto stored = session->execute_one(of.read_positions());
    sum = 0;
    if (stored)
      for (const auto& row : stored->list) sum += cql::to_bigint(row[1]).value_or(0);
    if (sum == events) return true;
    std::this_thread::sleep_for(300ms);
  }
  std::printf("the positions are behind %lld events, not %lld\n", static_cast<long long>(sum),
              static_cast<long long>(events));
  return false;
}

project::verification_result read_model::audit() {
  const auto done = project::verify(settings(), *how, *session, 0, {}, [](const auto&) {});
  EXPECT_TRUE(done) << done.error().message;
  if (!done) return {};
  std::printf("%s", describe(*done).c_str());
  return *done;
}

project::projector_settings read_model::settings() const {
  project::projector_settings s;
  s.kafka.bootstrap = kafka_tests::bootstrap();
  s.kafka.topic = topic;
  s.keyspace = keyspace;
  s.level = cql::consistency::one;
  return s;
}

read_model::held_batch read_model::read(const std::map<std::int32_t, std::int64_t>& from) const {
  held_batch held;
  const auto all = kafka_tests::read_all(topic);
  held.bytes.reserve(2 * all.size());
  for (const auto& r : all) {
    const auto begin = from.find(r.partition);
    if (begin != from.end() && r.offset < begin->second) continue;
    fold::record one;
    one.key = held.bytes.emplace_back(r.key);
    one.value = held.bytes.emplace_back(r.value);
    one.has_key = r.has_key;
    one.has_value = true;
    one.partition = r.partition;
    one.offset = r.offset;
    held.records[r.partition].push_back(one);
  }
  return held;
}

}  // namespace read_model_tests
