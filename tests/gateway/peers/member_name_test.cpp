#include "gateway/peers/member_name.h"

#include <gtest/gtest.h>

namespace gateway::peers {
namespace {

TEST(MemberNameTest, ComesBackOutOfAClientId) {
  for (const member_name& m : {member_name{"g-1:8080", "10.0.0.7", 7070, false}, member_name{"two", "::1", 1, true},
                               member_name{"x", "gate.internal", 65535, true}})
    EXPECT_EQ(member_of(client_id_of(m)), m);
  EXPECT_EQ(client_id_of({"g-1:8080", "10.0.0.7", 7070, false}), "headgate-store;g-1:8080;10.0.0.7:7070;plain");
}

TEST(MemberNameTest, OtherClientsAreNoMembers) {
  for (const char* id : {"", "rdkafka", "headgate-store", "headgate-store;;h:1;plain", "headgate-store;a;h;plain",
                         "headgate-store;a;h:0;plain", "headgate-store;a;h:1;loud", "headgate-store;a;h:1;plain;more",
                         "other;a;h:1;plain", "headgate-store;a;h:99999;plain"})
    EXPECT_FALSE(member_of(id)) << id;
}

TEST(MemberNameTest, AddressesHaveAPortOrNone) {
  EXPECT_EQ(read_address("gate")->port, 0);
  EXPECT_EQ(read_address("gate:7070")->host, "gate");
  EXPECT_EQ(read_address("[::1]:7070")->host, "::1");
  EXPECT_EQ(read_address("[::1]")->port, 0);
  for (const char* text : {"", ":7070", "gate:", "gate:x", "gate:70000", "[::1", "[::1]7070", "::1:7070", "[gate]:7070",
                           "ga te:1", "[::1]]:1", "a[b:1"})
    EXPECT_FALSE(read_address(text)) << text;
}

}  // namespace
}  // namespace gateway::peers
