// SPDX-License-Identifier: Apache-2.0
//
// Shared libraries that are loaded when they are first needed. libcurl and librnp bring some forty
// others with them, whose loading and binding takes longer than a warm build's own work, and most
// runs of Kiln need neither.
//
//   LateLibrary library("librnp.so.0");
//   LateCall<decltype(::rnp_version)> rnp_version(library, "rnp_version");
//
// An object of a function's own name hides the function from the calls in its scope.
#pragma once
#include "base/result.hpp"

#include <mutex>

namespace kiln {

class LateSymbol;

class LateLibrary {
 public:
  explicit LateLibrary(const char* file_name) : file_name_(file_name) {}
  LateLibrary(const LateLibrary&) = delete;
  LateLibrary& operator=(const LateLibrary&) = delete;

  // Loads the library, to stay until the process ends, and finds all its calls: at the first time,
  // afterwards it gives the same answer. Fails with not_found when the library or one of the calls
  // is absent.
  Result<> load();

 private:
  friend class LateSymbol;
  Result<> open() const;

  const char* file_name_;
  LateSymbol* symbols_ = nullptr;  // a list through next_
  std::once_flag once_;
  Result<> loaded_;
};

class LateSymbol {
 public:
  LateSymbol(const LateSymbol&) = delete;
  LateSymbol& operator=(const LateSymbol&) = delete;

 protected:
  LateSymbol(LateLibrary& library, const char* name) : name_(name), next_(library.symbols_) {
    library.symbols_ = this;
  }
  void* address() const {
    ASSERT(address_ != nullptr);
    return address_;
  }

 private:
  friend class LateLibrary;
  const char* name_;
  LateSymbol* next_;
  void* address_ = nullptr;
};

// A function of such a library. It may be called once load() has succeeded.
template <typename Function>
class LateCall : public LateSymbol {
 public:
  LateCall(LateLibrary& library, const char* name) : LateSymbol(library, name) {}

  template <typename... Arguments>
  auto operator()(Arguments... arguments) const {
    return reinterpret_cast<Function*>(address())(arguments...);
  }
};

}  // namespace kiln
