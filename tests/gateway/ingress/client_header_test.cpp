#include "gateway/ingress/client_header.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "gateway/auth/address.h"

namespace gateway::ingress {
namespace {

using batching::header;

const std::string name = "client-address";
const auth::ip_address client = *auth::parse_address("192.0.2.7");

std::string headers_of(const batching::event& e) {
  std::string out;
  e.for_each_header([&](const header& h) {
    out += h.name;
    out += '=';
    out += h.value;
    out += ' ';
  });
  return out;
}

TEST(ClientHeaderTest, ComesBehindThoseOfTheRequest) {
  const std::array<header, 1> shared{{{"traceparent", "t"}}};
  const std::array<header, 1> own{{{"a", "1"}}};
  batching::events list;
  list.add().shared_headers = shared;
  list.add().shared_headers = shared;
  list[1].headers = own;
  client_header().add(name, client, list, 0);
  EXPECT_EQ(headers_of(list[0]), "traceparent=t client-address=192.0.2.7 ");
  EXPECT_EQ(headers_of(list[1]), "traceparent=t client-address=192.0.2.7 a=1 ");
}

TEST(ClientHeaderTest, NobodyElseGivesOneOfThatName) {
  const std::array<header, 2> shared{{{"Client-Address", "forged"}, {"b", "2"}}};
  const std::array<header, 2> own{{{"a", "1"}, {"client-address", "forged"}}};
  batching::events list;
  list.add().shared_headers = shared;
  list[0].headers = own;
  client_header().add(name, client, list, 0);
  EXPECT_EQ(headers_of(list[0]), "b=2 client-address=192.0.2.7 a=1 ");
}

TEST(ClientHeaderTest, OnlyEventsOfThatDestinationGetIt) {
  batching::events list;
  list.add().destination = 0;
  list.add().destination = 1;
  client_header().add(name, client, list, 1);
  EXPECT_EQ(headers_of(list[0]), "");
  EXPECT_EQ(headers_of(list[1]), "client-address=192.0.2.7 ");
}

}  // namespace
}  // namespace gateway::ingress
