#include "batching/stream/certificate_file.h"

#include <gtest/gtest.h>

#include "tests/support/test_certificates.h"

namespace batching::stream {
namespace {

TEST(CertificateFileTest, TellsNamesAndTimes) {
  tests::test_authority authority;
  authority.sign("server", {"a.example", "*.b.example"}, 30);
  const auto read = read_certificate(authority.certificate("server"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->names.common_name, "server");
  EXPECT_EQ(read->names.dns, (std::vector<std::string>{"a.example", "*.b.example"}));
  const auto left = read->not_after - std::chrono::system_clock::now();
  EXPECT_LT(left, std::chrono::hours(24 * 30 + 1));
  EXPECT_GT(left, std::chrono::hours(24 * 30 - 1));
  EXPECT_LT(read->not_before, std::chrono::system_clock::now());
}

TEST(CertificateFileTest, IsForItsNamesAndOneLabelOfAWildcard) {
  certificate_facts of;
  of.names = {"ignored.example", {"a.example", "*.b.example"}, {}};
  EXPECT_TRUE(of.is_for("a.example"));
  EXPECT_TRUE(of.is_for("A.Example"));
  EXPECT_TRUE(of.is_for("x.b.example"));
  EXPECT_FALSE(of.is_for("b.example"));
  EXPECT_FALSE(of.is_for("x.y.b.example"));
  EXPECT_FALSE(of.is_for(".b.example"));
  EXPECT_FALSE(of.is_for("ignored.example")) << "the common name counts only where there is no other";
  of.names = {"only.example", {}, {}};
  EXPECT_TRUE(of.is_for("only.example"));
}

TEST(CertificateFileTest, AKeyThatCanBeBrokenIsNamed) {
  tests::test_authority authority;
  authority.sign("good", {});
  EXPECT_EQ(read_certificate(authority.certificate("good"))->weakness, "");
  authority.sign("weak", {}, 30, "RSA 1024");
  EXPECT_EQ(read_certificate(authority.certificate("weak"))->weakness, "an RSA key of 1024 bits");
  authority.sign("least", {}, 30, "RSA 2048");
  EXPECT_EQ(read_certificate(authority.certificate("least"))->weakness, "");
}

TEST(CertificateFileTest, TellsEveryAuthorityAndWhenARevocationListIsOver) {
  tests::test_authority authority;
  authority.sign("server", {});
  authority.revoke({"server"});
  EXPECT_EQ(read_certificates(authority.authority())->size(), 1U);
  EXPECT_FALSE(read_certificates(authority.revoked()));
  const auto until = next_update_of(authority.revoked());
  ASSERT_TRUE(until);
  EXPECT_GT(*until, std::chrono::system_clock::now() + std::chrono::hours(6 * 24));
  EXPECT_LT(*until, std::chrono::system_clock::now() + std::chrono::hours(8 * 24));
  EXPECT_FALSE(next_update_of(authority.authority()));
  EXPECT_FALSE(next_update_of("/nowhere/at.all"));
}

TEST(CertificateFileTest, SaysWhatIsWrongWithAFile) {
  tests::test_authority authority;
  authority.sign("server", {});
  EXPECT_NE(read_certificate("/nowhere/at.all").error().find("cannot be read"), std::string::npos);
  EXPECT_NE(read_certificate(authority.key("server")).error().find("no certificate"), std::string::npos);
}

}  // namespace
}  // namespace batching::stream
