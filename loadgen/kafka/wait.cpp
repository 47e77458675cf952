#include "loadgen/kafka/wait.h"

#include <algorithm>
#include <array>
#include <utility>

#include "loadgen/kafka/failure.h"
#include "loadgen/units/quantity.h"

namespace loadgen::kafka {

namespace {

// Of librdkafka: brokers that cannot be reached, metadata that is not here yet.
constexpr std::array passing_here{RD_KAFKA_RESP_ERR__TRANSPORT,
                                  RD_KAFKA_RESP_ERR__RESOLVE,
                                  RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN,
                                  RD_KAFKA_RESP_ERR__TIMED_OUT,
                                  RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE,
                                  RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC,
                                  RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION,
                                  RD_KAFKA_RESP_ERR__UNKNOWN_BROKER,
                                  RD_KAFKA_RESP_ERR__NODE_UPDATE,
                                  RD_KAFKA_RESP_ERR__WAIT_COORD,
                                  RD_KAFKA_RESP_ERR__WAIT_CACHE,
                                  RD_KAFKA_RESP_ERR__IN_PROGRESS,
                                  RD_KAFKA_RESP_ERR__RETRY};
// Of the brokers: a topic made a moment ago, an election, a broker that starts or stops.
constexpr std::array passing_there{RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART,
                                   RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE,
                                   RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
                                   RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT,
                                   RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE,
                                   RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE,
                                   RD_KAFKA_RESP_ERR_STALE_CTRL_EPOCH,
                                   RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION,
                                   RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS,
                                   RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE,
                                   RD_KAFKA_RESP_ERR_NOT_COORDINATOR,
                                   RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS,
                                   RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND,
                                   RD_KAFKA_RESP_ERR_NOT_CONTROLLER,
                                   RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR,
                                   RD_KAFKA_RESP_ERR_FETCH_SESSION_ID_NOT_FOUND,
                                   RD_KAFKA_RESP_ERR_INVALID_FETCH_SESSION_EPOCH,
                                   RD_KAFKA_RESP_ERR_LISTENER_NOT_FOUND,
                                   RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH,
                                   RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH,
                                   RD_KAFKA_RESP_ERR_STALE_BROKER_EPOCH,
                                   RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE,
                                   RD_KAFKA_RESP_ERR_PREFERRED_LEADER_NOT_AVAILABLE,
                                   RD_KAFKA_RESP_ERR_ELIGIBLE_LEADERS_NOT_AVAILABLE,
                                   RD_KAFKA_RESP_ERR_THROTTLING_QUOTA_EXCEEDED};

bool names_no_topic(rd_kafka_resp_err_t error) {
  return error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART || error == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC ||
         error == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION;
}

bool is_out_of_reach(rd_kafka_resp_err_t error) {
  return error == RD_KAFKA_RESP_ERR__TRANSPORT || error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN ||
         error == RD_KAFKA_RESP_ERR__RESOLVE || error == RD_KAFKA_RESP_ERR__TIMED_OUT;
}

bool concerns_login(rd_kafka_resp_err_t error) {
  return error == RD_KAFKA_RESP_ERR__AUTHENTICATION || error == RD_KAFKA_RESP_ERR__SSL ||
         error == RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED;
}

/// Advice to a person about an error that lasted.
std::string advice(rd_kafka_resp_err_t error) {
  if (names_no_topic(error)) return "make the topic first, or check its name";
  if (concerns_login(error)) return "check security.protocol, user and certificates (--kafka-property)";
  if (is_out_of_reach(error)) return "check the address and that the brokers run, or wait longer with --kafka-wait";
  switch (error) {
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
      return "give this user the right to describe and read the topic";
    case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION: return "check the topic's name";
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
    case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
      return "records were deleted before they were read back: raise the topic's retention";
    default: return "look at the state of the brokers and the topic, or wait longer with --kafka-wait";
  }
}

}  // namespace

bool passes_by_itself(rd_kafka_resp_err_t error) {
  const auto is_error = [=](rd_kafka_resp_err_t each) { return each == error; };
  return std::any_of(passing_here.begin(), passing_here.end(), is_error) ||
         std::any_of(passing_there.begin(), passing_there.end(), is_error);
}

wait::wait(patience how, std::string brokers, std::string topic, std::string task)
    : how_(std::move(how)), brokers_(std::move(brokers)), topic_(std::move(topic)), task_(std::move(task)) {}

std::chrono::milliseconds wait::failed(rd_kafka_resp_err_t error, const std::string& where,
                                       timing::steady::time_point now) {
  error_ = error;
  where_ = where;
  if (!since_) since_ = now;
  if (!names_no_topic(error)) no_topic_since_.reset();
  if (names_no_topic(error) && !no_topic_since_) no_topic_since_ = now;
  if (!passes_by_itself(error)) give_up("");
  end_if_over(now, how_.wait_max);
  say_once();
  return std::exchange(pause_, std::min(pause_ * 2, pause_max));
}

void wait::silent(timing::steady::time_point now) {
  if (!since_) since_ = now;
  end_if_over(now, std::max<std::chrono::nanoseconds>(how_.wait_max, patience::silence_min));
}

void wait::succeeded() {
  since_.reset();
  no_topic_since_.reset();
  pause_ = pause_first;
  error_ = noted_error_ = RD_KAFKA_RESP_ERR_NO_ERROR;
  where_.clear();
  noted_.clear();
}

void wait::note(rd_kafka_resp_err_t error, const std::string& text) {
  noted_error_ = error;
  noted_ = text;
}

void wait::end_if_over(timing::steady::time_point now, std::chrono::nanoseconds time_max) {
  const bool no_topic = no_topic_since_ && now - *no_topic_since_ >= patience::unknown_topic_max;
  if (no_topic || now - *since_ >= time_max) {
    give_up("; waited " + units::format_duration(now - *since_) + " for it");
  }
  if (how_.interrupted && how_.interrupted()) give_up("; the wait for it was interrupted");
}

void wait::say_once() {
  const std::string matter = what_is_the_matter();
  if (!how_.say || matter == said_) return;
  said_ = matter;
  const auto time_max =
      no_topic_since_ ? std::min<std::chrono::nanoseconds>(how_.wait_max, patience::unknown_topic_max) : how_.wait_max;
  how_.say("waiting " + units::format_duration(time_max) + " at most: " + matter);
}

std::string wait::what_is_the_matter() const {
  std::string text = "Kafka at " + brokers_;
  if (names_no_topic(error_)) return text + " has no topic '" + topic_ + "'";
  if (error_ == RD_KAFKA_RESP_ERR_NO_ERROR)
    return text + " sends nothing and does not " + task_ + " of '" + topic_ + "'";
  text += is_out_of_reach(error_) ? " does not answer (" : " cannot " + task_ + " of '" + topic_ + "' (";
  if (!where_.empty()) text += where_ + ": ";
  text += rd_kafka_err2str(error_);
  if (!noted_.empty()) text += ": " + noted_;
  return text + ")";
}

void wait::give_up(const std::string& after) const {
  throw failure(what_is_the_matter() + after + ": " + advice(concerns_login(noted_error_) ? noted_error_ : error_));
}

}  // namespace loadgen::kafka
