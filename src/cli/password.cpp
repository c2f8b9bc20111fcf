// SPDX-License-Identifier: Apache-2.0
#include "cli/password.hpp"

#include "base/files.hpp"
#include "base/strings.hpp"

#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

namespace kiln::cli {

namespace {

constexpr size_t k_longest = 1024;

std::optional<std::string> from_environment(const Environment& environment) {
  for (const char* name : {"KILN_KEY_PASSWORD", "COSIGN_PASSWORD"})
    if (auto found = environment.find(name); found != environment.end()) return found->second;
  return std::nullopt;
}

// The terminal without echo as long as it lives.
class SilentTerminal {
 public:
  explicit SilentTerminal(int fd) : fd_(fd) {
    known_ = ::tcgetattr(fd_, &before_) == 0;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    if (known_) ::tcsetattr(fd_, TCSAFLUSH, &silent);
  }
  ~SilentTerminal() {
    if (known_) ::tcsetattr(fd_, TCSAFLUSH, &before_);
  }
  SilentTerminal(const SilentTerminal&) = delete;
  SilentTerminal& operator=(const SilentTerminal&) = delete;

 private:
  int fd_;
  bool known_ = false;
  termios before_{};
};

Result<std::string> ask_on_terminal(const std::string& what) {
  Result<Fd> terminal = open_file("/dev/tty", O_RDWR);
  if (!terminal)
    return fail(ErrorCode::bad_input, fmt::format("{} is needed", what),
                "set KILN_KEY_PASSWORD, or run this on a terminal");
  TRY(write_all(terminal->get(), fmt::format("{}: ", what)));
  SilentTerminal silent(terminal->get());
  std::string line;
  char letter = 0;
  while (line.size() < k_longest && ::read(terminal->get(), &letter, 1) == 1 && letter != '\n')
    line += letter;
  TRY(write_all(terminal->get(), "\n"));
  return line;
}

}  // namespace

AskPin password_source(const Session& session) {
  return [&session](const std::string& what) -> Result<std::string> {
    if (std::optional<std::string> given = from_environment(session.environment())) return *given;
    return ask_on_terminal(what);
  };
}

AskPin unattended_password(const Session& session, const std::optional<Path>& file) {
  return [&session, file](const std::string& what) -> Result<std::string> {
    if (file) {
      std::string password = TRY(read_file(*file, k_longest));
      if (password.ends_with('\n')) password.pop_back();
      return password;
    }
    if (std::optional<std::string> given = from_environment(session.environment())) return *given;
    return fail(ErrorCode::bad_input, fmt::format("{} is needed, and a signer asks nobody", what),
                "set KILN_KEY_PASSWORD, or start `kiln signer --password-file FILE`");
  };
}

std::string environment_password(const Session& session) {
  return from_environment(session.environment()).value_or(std::string());
}

Result<std::string> new_password(const Session& session, const std::string& what) {
  if (std::optional<std::string> given = from_environment(session.environment())) return *given;
  std::string password = TRY(ask_on_terminal(what));
  if (TRY(ask_on_terminal(what + ", again")) == password) return password;
  return fail(ErrorCode::bad_input, "the two passwords differ", "try again");
}

}  // namespace kiln::cli
