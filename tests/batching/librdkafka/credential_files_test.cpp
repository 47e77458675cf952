#include "batching/librdkafka/credential_files.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>

namespace batching::librdkafka {
namespace {

namespace fs = std::filesystem;

struct CredentialFilesTest : ::testing::Test {
  CredentialFilesTest() { fs::create_directories(folder); }
  ~CredentialFilesTest() override { fs::remove_all(folder); }

  static void write(const fs::path& to, const char* text) { std::ofstream(to) << text; }

  const fs::path folder = fs::path(::testing::TempDir()) / ("credentials-" + std::to_string(getpid()));
  const fs::path certificate = folder / "tls.crt";
  const credential_files files{{{"ssl.certificate.location", certificate}, {"client.id", "headgate"}}};
};

TEST_F(CredentialFilesTest, AreTheSameWhileNobodyTouchesThem) {
  write(certificate, "one");
  const auto before = files.look();
  EXPECT_EQ(before.size(), 1U);
  EXPECT_EQ(files.look(), before);
}

TEST_F(CredentialFilesTest, AreOthersOnceOneHasChanged) {
  const auto missing = files.look();
  write(certificate, "one");
  EXPECT_NE(files.look(), missing);
}

TEST_F(CredentialFilesTest, NoneAreNamedByPropertiesThatHoldTheContents) {
  const std::map<std::string, std::string> properties{{"ssl.certificate.pem", "-----BEGIN"}};
  EXPECT_TRUE(credential_files(properties).look().empty());
}

}  // namespace
}  // namespace batching::librdkafka
