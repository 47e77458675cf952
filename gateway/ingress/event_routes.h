// Chooses the topics of a request's events that follow from their types: the configuration's `routes`, each type
// looked up once a request. One a lane, used by the door.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/decode/event_rules.h"
#include "gateway/ingress/refusal.h"
#include "gateway/ingress/request.h"

namespace gateway::ingress {

class door;
struct plan;

class event_routes final : public decode::event_router {
 public:
  static constexpr std::size_t topics_max = 256;  // of one request; an event for one more finds no route
  static constexpr std::size_t types_max = 4096;  // whose routes are remembered during one request

  explicit event_routes(door& of) noexcept;
  ~event_routes();

  void begin(const request& r, const decode::key_finder& type);
  [[nodiscard]] const decode::key_finder& type_finder() const override { return *type_; }
  [[nodiscard]] const decode::event_target& target_of(std::string_view type) override;

  /// By event::destination.
  [[nodiscard]] const std::vector<plan>& destinations() const noexcept { return destinations_; }
  /// Some event's topic is not known.
  [[nodiscard]] bool misses_topic() const noexcept { return misses_topic_; }
  /// A topic refuses what the request asks for.
  [[nodiscard]] std::optional<refusal>& refused() noexcept { return refused_; }
  /// forbidden or over_quota, with the topic in why.text: a topic that the principal may not write, or not now.
  [[nodiscard]] std::optional<answer>& barred() noexcept { return barred_; }

 private:
  [[nodiscard]] decode::event_target look_up(std::string_view type);
  [[nodiscard]] std::string topic_of(std::string_view type) const;

  door* door_;
  const request* request_ = nullptr;
  const decode::key_finder* type_ = nullptr;
  std::map<std::string, decode::event_target, std::less<>> targets_;   // by type
  std::map<std::string, decode::event_target, std::less<>> by_topic_;  // of topics that are there
  std::vector<plan> destinations_;
  std::optional<refusal> refused_;
  std::optional<answer> barred_;
  bool misses_topic_ = false;
};

}  // namespace gateway::ingress
