// SPDX-License-Identifier: Apache-2.0
//
// How functions of Kiln fail: Result<T> is std::expected<T, Error>, and TRY hands an error on.
// An Error says what went wrong, what was being done (the context, innermost first), and what the
// user can do about it. Mistakes in a user's own files go to Diagnostics instead, many a run.
#pragma once
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kiln {

// Decides the exit status and whether trying again makes sense; the message says the rest.
enum class ErrorCode {
  bad_input,      // something the user wrote is wrong: exit 2
  not_found,      // a file, package, blob or version is not there
  unverified,     // a signature, digest, size or age is not as it must be
  corrupt,        // foreign bytes do not follow their format, or the store is damaged
  limit,          // more bytes, entries or depth than we accept
  unsatisfiable,  // the resolver has no answer
  network,        // no connection, time-out, a server's refusal
  io,             // the local disk or kernel refused
  unsupported,    // understood, and not done by this version
  interrupted,    // Ctrl-C, or the caller asked to stop
};

std::string_view str(ErrorCode code);

struct Error {
  ErrorCode code = ErrorCode::io;
  std::string message;               // one sentence without a full stop
  std::vector<std::string> context;  // what was being done, innermost first
  std::string hint;                  // what to do next; empty when there is nothing to say

  // "message (while doing a, while doing b)" without the hint, on one line.
  std::string str() const;

  Error& add_context(std::string doing) & {
    context.push_back(std::move(doing));
    return *this;
  }
  Error&& with_context(std::string doing) && {
    context.push_back(std::move(doing));
    return std::move(*this);
  }
  Error&& with_hint(std::string text) && {
    hint = std::move(text);
    return std::move(*this);
  }
};

template <typename T = void>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(ErrorCode code, std::string message, std::string hint = {}) {
  return std::unexpected(Error{code, std::move(message), {}, std::move(hint)});
}

// Ends with errno's own words; not_found, bad_input where the name cannot be used, or else io.
std::unexpected<Error> fail_errno(std::string_view what, int errno_value);

// Adds "while <doing>" to the error of a result, if it is one.
template <typename T>
Result<T> with_context(Result<T> result, std::string doing) {
  if (!result) result.error().add_context(std::move(doing));
  return result;
}

// The program contradicts itself: says where, and ends the process.
[[noreturn]] void assertion_failed(const char* condition, const char* file, int line);

}  // namespace kiln

// TRY(expression): the value of a Result, or return its error from the function around it.
#define TRY(...)                                              \
  __extension__({                                             \
    auto&& try_result_ = (__VA_ARGS__);                       \
    if (!try_result_) [[unlikely]]                            \
      return std::unexpected(std::move(try_result_).error()); \
    ::kiln::detail::take(std::move(try_result_));             \
  })

// TRY_CONTEXT(expression, "text"): like TRY, and says what was being done.
#define TRY_CONTEXT(expression, doing)                                            \
  __extension__({                                                                 \
    auto&& try_result_ = (expression);                                            \
    if (!try_result_) [[unlikely]]                                                \
      return std::unexpected(std::move(try_result_.error()).with_context(doing)); \
    ::kiln::detail::take(std::move(try_result_));                                 \
  })

#define ASSERT(condition)                                       \
  do {                                                          \
    if (!(condition)) [[unlikely]]                              \
      ::kiln::assertion_failed(#condition, __FILE__, __LINE__); \
  } while (false)

namespace kiln::detail {
template <typename T>
T take(std::expected<T, Error>&& result) {
  return std::move(*result);
}
inline void take(std::expected<void, Error>&&) {}
}  // namespace kiln::detail
