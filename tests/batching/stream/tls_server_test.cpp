#include "batching/stream/tls_server.h"

#include <gtest/gtest.h>

#include "tests/support/test_certificates.h"

namespace batching::stream {
namespace {

class TlsServerTest : public testing::Test {
 protected:
  TlsServerTest() {
    authority.sign("a", {"a.example"});
    authority.sign("b", {"*.b.example"});
    wanted.certificates = {{authority.certificate("a"), authority.key("a")},
                           {authority.certificate("b"), authority.key("b")}};
  }
  [[nodiscard]] std::string error() const {
    const auto made = tls_server::make(wanted);
    return made ? std::string() : made.error();
  }
  tests::test_authority authority;
  tls_server_settings wanted;
};

TEST_F(TlsServerTest, AServerNameChoosesTheCertificate) {
  const auto made = tls_server::make(wanted);
  ASSERT_TRUE(made) << made.error();
  const tls_server& server = **made;
  EXPECT_NE(server.context_for("a.example"), server.context_for("x.b.example"));
  EXPECT_EQ(server.context_for("unknown.example"), server.context_for("a.example"));
  EXPECT_EQ(server.certificates().size(), 2U);
}

TEST_F(TlsServerTest, NamesTheFileThatIsWrong) {
  wanted.certificates[1].key = authority.key("a");
  EXPECT_NE(error().find("does not belong to the certificate"), std::string::npos) << error();
  EXPECT_NE(error().find(authority.key("a")), std::string::npos) << error();
  wanted.certificates[1].key = "/nowhere/key";
  EXPECT_NE(error().find("/nowhere/key"), std::string::npos) << error();
  wanted.certificates.pop_back();
  EXPECT_EQ(error(), "");
  wanted.clients = client_certificates::required;
  wanted.client_ca = "/nowhere/ca";
  EXPECT_NE(error().find("/nowhere/ca"), std::string::npos) << error();
  wanted.client_ca = authority.authority();
  EXPECT_EQ(error(), "");
  wanted.revoked = authority.authority();
  EXPECT_NE(error().find("revocation list"), std::string::npos) << error();
}

TEST_F(TlsServerTest, WithoutACertificateThereIsNone) {
  wanted.certificates.clear();
  EXPECT_NE(error(), "");
}

}  // namespace
}  // namespace batching::stream
