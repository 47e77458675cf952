// Bytes from a broker's socket, or from whoever pretends to be one: any bytes as answers to requests that are
// under way. Each record is settled exactly once. The input is a row of answers, each behind two bytes of length; the
// correlation is put right unless the length's highest bit is set.
#include <cstdlib>
#include <cstring>
#include <string>

#include "batching/kafka/producer/sender.h"

namespace {

using batching::clock;

struct home final : batching::batch_home {
  void take_back(std::unique_ptr<batching::batch> settled) noexcept override {
    if (!settled->is_settled()) std::abort();
    ++batches;
  }
  std::size_t batches = 0;
};

std::string next_answer(std::string_view& input, std::int32_t correlation) {
  const bool is_ours = (input[0] & 0x80) == 0;
  const std::size_t length =
      std::min<std::size_t>((input[0] & 0x7f) << 8 | static_cast<unsigned char>(input[1]), input.size() - 2);
  std::string answer(input.substr(2, length));
  input.remove_prefix(2 + length);
  if (is_ours && answer.size() >= 4)
    for (int i = 0; i < 4; ++i) answer[static_cast<std::size_t>(i)] = static_cast<char>(correlation >> (24 - 8 * i));
  return answer;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  home home;
  auto topic = std::make_shared<batching::topic>("t", 0);
  topic->grow(2);
  batching::cluster cluster;
  cluster.brokers.push_back({1, "b", 1});
  cluster.topics.push_back({true, false, {1, 1}});
  batching::kafka::producer::sender sender({}, 1);
  clock::time_point now{std::chrono::seconds(1000)};
  sender.set_cluster(std::make_shared<const batching::cluster>(cluster), now);
  std::size_t added = 0;
  std::int32_t correlation = 0;  // of the oldest request that is not answered
  batching::kafka::wire::buffer bytes;
  while (input.size() >= 2) {
    auto b = std::make_unique<batching::batch>(home, topic, static_cast<std::int32_t>(added++ % 2));
    b->append("k", true, "v", {}, nullptr, 0);
    sender.add(std::move(b));
    bytes.clear();
    while (sender.next_request(1, now, 1, bytes)) bytes.clear();
    const std::size_t in_flight = sender.requests_in_flight(1);
    if (!sender.on_response(1, next_answer(input, correlation + 1), now)) sender.on_lost(1, false);
    correlation += static_cast<std::int32_t>(in_flight - sender.requests_in_flight(1));
    now += std::chrono::seconds(2);
    sender.wake(now);
  }
  sender.abandon();
  if (home.batches != added) std::abort();
  return 0;
}
