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

}  // namespace
}  // namespace gateway::peers
