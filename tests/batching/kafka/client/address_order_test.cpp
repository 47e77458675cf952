#include "batching/kafka/client/address_order.h"

#include <gtest/gtest.h>

#include <string>

namespace batching::kafka::client {
namespace {

std::vector<std::string> order(const std::vector<std::string>& of) {
  std::vector<boost::asio::ip::tcp::endpoint> found;
  for (const auto& text : of) found.emplace_back(boost::asio::ip::make_address(text), 9092);
  std::vector<std::string> out;
  for (const auto& e : by_turns(found)) out.push_back(e.address().to_string());
  return out;
}

using names = std::vector<std::string>;

TEST(AddressOrderTest, FamiliesTakeTurnsFromTheOneTheResolverPrefers) {
  EXPECT_EQ(order({"::1", "::2", "::3", "10.0.0.1", "10.0.0.2"}), (names{"::1", "10.0.0.1", "::2", "10.0.0.2", "::3"}));
  EXPECT_EQ(order({"10.0.0.1", "10.0.0.2", "::1"}), (names{"10.0.0.1", "::1", "10.0.0.2"}));
}

TEST(AddressOrderTest, OneFamilyStaysAsItIs) {
  EXPECT_EQ(order({"10.0.0.3", "10.0.0.1"}), (names{"10.0.0.3", "10.0.0.1"}));
}

}  // namespace
}  // namespace batching::kafka::client
