// SPDX-License-Identifier: GPL-3.0-or-later
#include "transfer/curl_handle.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <string>

#include "base/files.hpp"
#include "base/process.hpp"

namespace nacre {
namespace {

/// A server on the loopback interface whose certificate nobody knows. Ends with this object.
class TlsServer {
 public:
  TlsServer() {
    make_certificate();
    int ends[2];
    EXPECT_EQ(pipe(ends), 0);
    pid_ = fork();
    if (pid_ == 0) {
      dup2(ends[1], STDOUT_FILENO);
      execlp("openssl", "openssl", "s_server", "-accept", "127.0.0.1:0", "-www", "-key",
             file("key").c_str(), "-cert", file("certificate").c_str(), nullptr);
      _exit(127);
    }
    close(ends[1]);
    address_ = "https://" + read_address(ends[0]) + "/";
    close(ends[0]);
  }
  ~TlsServer() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;

  const std::string& address() const { return address_; }

 private:
  std::string file(const std::string& name) const { return directory_.path() + "/" + name; }

  void make_certificate() const {
    const CommandResult made =
        run_command({.argv = {"openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj",
                              "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-days",
                              "1", "-keyout", file("key"), "-out", file("certificate")},
                     .environment = {},
                     .directory = {}});
    EXPECT_EQ(made.status, 0) << made.error;
  }

  /// It prints "ACCEPT 127.0.0.1:PORT" when it is ready.
  static std::string read_address(int output) {
    const std::string word = "ACCEPT ";
    std::string text;
    for (char byte = 0; read(output, &byte, 1) == 1;) {
      text += byte;
      const std::size_t at = text.find(word);
      if (byte == '\n' && at != std::string::npos)
        return text.substr(at + word.size(), text.size() - 1 - at - word.size());
    }
    ADD_FAILURE() << "no server: " << text;
    return {};
  }

  TemporaryDirectory directory_{"nacre-tls-"};
  std::string address_;
  pid_t pid_ = -1;
};

CURLcode get(CurlHandle& handle, const std::string& address) {
  auto ignore = +[](char*, std::size_t, std::size_t size, void*) { return size; };
  handle.set(CURLOPT_WRITEFUNCTION, ignore);
  handle.set(CURLOPT_NOPROXY, "*");
  handle.set(CURLOPT_URL, address.c_str());
  return curl_easy_perform(handle.get());
}

TEST(CurlHandle, verifies_certificates_unless_they_do_not_matter) {
  if (!find_program("openssl")) GTEST_SKIP() << "needs openssl";
  TlsServer server;
  CurlHandle usual("https");
  EXPECT_EQ(get(usual, server.address()), CURLE_PEER_FAILED_VERIFICATION);
  CurlHandle hashed("https", Certificates::ignored);
  EXPECT_EQ(get(hashed, server.address()), CURLE_OK) << hashed.describe(CURLE_OK);
}

}  // namespace
}  // namespace nacre
