#include "batching/stream/certificate_file.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cctype>
#include <ctime>
#include <memory>

namespace batching::stream {
namespace {

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

boost::system::result<certificate_facts, std::string> read_certificate(const std::string& file) {
  using answer = boost::system::result<certificate_facts, std::string>;
  const std::unique_ptr<BIO, decltype(&BIO_free)> in(BIO_new_file(file.c_str(), "r"), &BIO_free);
  ERR_clear_error();
  if (!in) return answer(boost::system::in_place_error, "the certificate file '" + file + "' cannot be read");
  const std::unique_ptr<X509, decltype(&X509_free)> read(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr),
                                                         &X509_free);
  ERR_clear_error();
  if (!read) return answer(boost::system::in_place_error, "'" + file + "' holds no certificate in PEM form");
  return certificate_facts{file, names_of(*read), time_of(X509_get0_notBefore(read.get())),
                           time_of(X509_get0_notAfter(read.get()))};
}

}  // namespace batching::stream
