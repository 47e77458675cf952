// The order in which a name's addresses are tried: families by turns, beginning with the family the resolver put first,
// so that a family without a route costs one attempt and not all of them. Pure.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <cstddef>
#include <vector>

namespace batching::kafka::client {

[[nodiscard]] inline std::vector<boost::asio::ip::tcp::endpoint> by_turns(
    const std::vector<boost::asio::ip::tcp::endpoint>& found) {
  std::vector<boost::asio::ip::tcp::endpoint> first;
  std::vector<boost::asio::ip::tcp::endpoint> second;
  for (const auto& e : found) (e.address().is_v4() == found.front().address().is_v4() ? first : second).push_back(e);
  std::vector<boost::asio::ip::tcp::endpoint> order;
  for (std::size_t i = 0; i < first.size() || i < second.size(); ++i) {
    if (i < first.size()) order.push_back(first[i]);
    if (i < second.size()) order.push_back(second[i]);
  }
  return order;
}

}  // namespace batching::kafka::client
