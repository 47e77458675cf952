#include "batching/kafka/client/opening.h"

#include <utility>

#include "batching/kafka/wire/protocol.h"

namespace batching::kafka::client {
namespace {

constexpr std::int16_t unsupported_sasl_mechanism = 33;
constexpr std::int16_t illegal_sasl_state = 34;
constexpr std::int16_t unsupported_version = 35;
constexpr std::int16_t sasl_authentication_failed = 58;

std::string joined(const std::vector<std::string_view>& names) {
  std::string out;
  for (const std::string_view n : names) out += (out.empty() ? "" : ", ") + std::string(n);
  return out.empty() ? "none" : out;
}

}  // namespace

bool opening::next_request(wire::buffer& to) {
  if (is_awaiting_ || is_done() || !failure_.empty()) return false;
  is_awaiting_ = true;
  ++correlation_;
  switch (step_) {
    case step::versions:
      wire::write_api_versions(to, versions_version_, correlation_, settings_->client_id, settings_->software_version);
      break;
    case step::handshake: wire::write_sasl_handshake(to, correlation_, settings_->client_id, mechanism_->name()); break;
    case step::authenticate:
      wire::write_sasl_authenticate(to, authenticate_version_, correlation_, settings_->client_id, message_);
      break;
    case step::done: break;
  }
  return true;
}

bool opening::fail(std::string why) {
  failure_ = std::move(why);
  return false;
}

bool opening::on_response(std::string_view response) {
  if (!is_awaiting_ || wire::read_correlation(response) != correlation_) return fail("its answer makes no sense");
  is_awaiting_ = false;
  switch (step_) {
    case step::versions: return on_versions(response);
    case step::handshake: return on_handshake(response);
    case step::authenticate: return on_authenticate(response);
    case step::done: break;
  }
  return fail("it answers what was not asked");
}

bool opening::on_versions(std::string_view response) {
  const auto answer = wire::read_api_versions(response, versions_version_);
  if (!answer) return fail("its answer makes no sense: is it a Kafka broker?");
  if (answer->error == unsupported_version && versions_version_ > 0) {
    versions_version_ = 0;
    return true;
  }
  if (answer->error == illegal_sasl_state)
    return fail("it wants a login first: write kafka.login (mechanism, username, password)");
  if (answer->error != 0) return fail("it refuses to tell its versions: error " + std::to_string(answer->error));
  if (answer->common(wire::produce_key, wire::produce_lowest, wire::produce_newest) < 0)
    return fail(
        "the broker is too old (or too new): Produce requests of version 7 are needed, which Kafka has since 2.1");
  for (const needed_request& n : settings_->needs)
    if (answer->common(n.api, n.version, n.version) < 0)
      return fail("the broker is too old (or too new) for store topics: they need " + std::string(n.name) +
                  " of version " + std::to_string(n.version) + ", which Kafka has since 2.8 at the latest");
  versions_ = *answer;
  authenticate_version_ = common(wire::sasl_authenticate_key, 0, 1);
  if (!settings_->login) {
    step_ = step::done;
    return true;
  }
  if (authenticate_version_ < 0) return fail("it knows no login: check the port, or leave kafka.login out");
  auto begun = settings_->login->begin();
  if (!begun) return fail(begun.error());
  mechanism_ = std::move(*begun);
  step_ = step::handshake;
  return true;
}

bool opening::on_handshake(std::string_view response) {
  const auto answer = wire::read_sasl_handshake(response);
  if (!answer) return fail("its answer to our login makes no sense");
  if (answer->error == unsupported_sasl_mechanism)
    return fail("it does not know the login mechanism " + std::string(mechanism_->name()) + ": it offers " +
                joined(answer->mechanisms));
  if (answer->error == illegal_sasl_state)
    return fail("it wants no login on this port: check the port, or leave kafka.login out");
  if (answer->error != 0) return fail("it refuses our login: error " + std::to_string(answer->error));
  message_ = mechanism_->first();
  step_ = step::authenticate;
  return true;
}

bool opening::on_authenticate(std::string_view response) {
  const auto answer = wire::read_sasl_authenticate(response, authenticate_version_);
  if (!answer || ++messages_ > messages_max) return fail("its answer to our login makes no sense");
  if (answer->error == sasl_authentication_failed)
    return fail("it refuses our login: check " + std::string(mechanism_->to_check()) + " (" +
                std::string(answer->error_text.substr(0, 200)) + ")");
  if (answer->error != 0) return fail("it refuses our login: error " + std::to_string(answer->error));
  auto next = mechanism_->next(answer->message);
  if (!next.failure.empty()) return fail(std::move(next.failure));
  lifetime_ = std::chrono::milliseconds(answer->lifetime_ms);
  if (mechanism_->is_over()) {
    step_ = step::done;
    mechanism_.reset();
  }
  message_ = std::move(next.message);
  return true;
}

}  // namespace batching::kafka::client
