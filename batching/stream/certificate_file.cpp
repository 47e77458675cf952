#include "batching/stream/certificate_file.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cctype>
#include <ctime>
#include <memory>
#include <utility>

namespace batching::stream {
namespace {

constexpr int rsa_bits_min = 2048;
constexpr int ec_bits_min = 256;

// A zero byte within a name is an old trick: such a name is nobody's.
std::string text_of(const ASN1_STRING* from) {
  const auto* const bytes = reinterpret_cast<const char*>(ASN1_STRING_get0_data(from));
  std::string text(bytes, static_cast<std::size_t>(ASN1_STRING_length(from)));
  return text.find('\0') == std::string::npos ? text : std::string();
}

std::string common_name_of(const X509& certificate) {
  X509_NAME* const subject = X509_get_subject_name(&certificate);
  const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (at < 0) return {};
  unsigned char* utf8 = nullptr;
  const int size = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
  if (size < 0) return {};
  std::string text(reinterpret_cast<const char*>(utf8), static_cast<std::size_t>(size));
  OPENSSL_free(utf8);
  return text.find('\0') == std::string::npos ? text : std::string();
}

void add_name(certificate_names& to, const GENERAL_NAME& from) {
  if (to.dns.size() + to.others.size() >= certificate_names::alternatives_max) return;
  std::vector<std::string>* const list = from.type == GEN_DNS                             ? &to.dns
                                         : from.type == GEN_URI || from.type == GEN_EMAIL ? &to.others
                                                                                          : nullptr;
  if (list == nullptr) return;
  if (std::string text = text_of(from.d.ia5); !text.empty()) list->push_back(std::move(text));
}

std::chrono::system_clock::time_point time_of(const ASN1_TIME* from) {
  std::tm fields{};
  if (ASN1_TIME_to_tm(from, &fields) != 1) return {};
  return std::chrono::system_clock::from_time_t(::timegm(&fields));
}

std::string weakness_of(const X509& certificate) {
  const EVP_PKEY* const key = X509_get0_pubkey(&certificate);
  if (key == nullptr) return "a key of an unknown kind";
  const int bits = EVP_PKEY_get_bits(key);
  const int kind = EVP_PKEY_get_base_id(key);
  if (kind == EVP_PKEY_RSA && bits < rsa_bits_min) return "an RSA key of " + std::to_string(bits) + " bits";
  if (kind == EVP_PKEY_EC && bits < ec_bits_min) return "a curve of " + std::to_string(bits) + " bits";
  return kind == EVP_PKEY_DSA ? "a DSA key" : std::string();
}

certificate_facts facts_of(const std::string& file, const X509& of) {
  return {file, names_of(of), time_of(X509_get0_notBefore(&of)), time_of(X509_get0_notAfter(&of)), weakness_of(of)};
}

std::unique_ptr<BIO, decltype(&BIO_free)> open_file(const std::string& file) {
  std::unique_ptr<BIO, decltype(&BIO_free)> in(BIO_new_file(file.c_str(), "r"), &BIO_free);
  ERR_clear_error();
  return in;
}

bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

bool matches(std::string_view pattern, std::string_view host) {
  if (!pattern.starts_with("*.")) return same_name(pattern, host);
  const std::size_t dot = host.find('.');
  return dot != std::string_view::npos && dot > 0 && same_name(pattern.substr(1), host.substr(dot));
}

}  // namespace

certificate_names names_of(const x509_st& certificate) {
  certificate_names out;
  out.common_name = common_name_of(certificate);
  auto* const list =
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; i < sk_GENERAL_NAME_num(list); ++i) add_name(out, *sk_GENERAL_NAME_value(list, i));
  GENERAL_NAMES_free(list);
  ERR_clear_error();
  return out;
}

bool certificate_facts::is_for(std::string_view host) const {
  if (names.dns.empty()) return same_name(names.common_name, host);
  return std::ranges::any_of(names.dns, [host](const std::string& name) { return matches(name, host); });
}

boost::system::result<std::vector<certificate_facts>, std::string> read_certificates(const std::string& file) {
  using answer = boost::system::result<std::vector<certificate_facts>, std::string>;
  const auto in = open_file(file);
  if (!in) return answer(boost::system::in_place_error, "the certificate file '" + file + "' cannot be read");
  std::vector<certificate_facts> all;
  while (all.size() < certificates_max) {
    const std::unique_ptr<X509, decltype(&X509_free)> next(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr),
                                                           &X509_free);
    if (!next) break;
    all.push_back(facts_of(file, *next));
  }
  ERR_clear_error();
  if (all.empty()) return answer(boost::system::in_place_error, "'" + file + "' holds no certificate in PEM form");
  return answer(std::move(all));
}

boost::system::result<certificate_facts, std::string> read_certificate(const std::string& file) {
  using answer = boost::system::result<certificate_facts, std::string>;
  auto all = read_certificates(file);
  if (!all) return answer(boost::system::in_place_error, std::move(all).error());
  return answer(std::move(all->front()));
}

std::optional<std::chrono::system_clock::time_point> next_update_of(const std::string& file) {
  std::optional<std::chrono::system_clock::time_point> first;
  const auto in = open_file(file);
  while (in) {
    const std::unique_ptr<X509_CRL, decltype(&X509_CRL_free)> list(
        PEM_read_bio_X509_CRL(in.get(), nullptr, nullptr, nullptr), &X509_CRL_free);
    if (!list) break;
    const ASN1_TIME* const until = X509_CRL_get0_nextUpdate(list.get());
    if (until != nullptr && (!first || time_of(until) < *first)) first = time_of(until);
  }
  ERR_clear_error();
  return first;
}

}  // namespace batching::stream
