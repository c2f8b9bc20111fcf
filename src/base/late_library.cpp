// SPDX-License-Identifier: Apache-2.0
#include "base/late_library.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

namespace kiln {

Result<> LateLibrary::load() {
  std::call_once(once_, [this] { loaded_ = open(); });
  return loaded_;
}

Result<> LateLibrary::open() const {
  void* library = ::dlopen(file_name_, RTLD_LAZY | RTLD_LOCAL);
  if (library == nullptr)
    return fail(ErrorCode::not_found, fmt::format("cannot load a library: {}", ::dlerror()),
                fmt::format("install the package that {} belongs to", file_name_));
  for (LateSymbol* symbol = symbols_; symbol != nullptr; symbol = symbol->next_) {
    symbol->address_ = ::dlsym(library, symbol->name_);
    if (symbol->address_ == nullptr)
      return fail(ErrorCode::not_found, fmt::format("{} has no {}", file_name_, symbol->name_),
                  "install a newer version of the library");
  }
  return {};
}

}  // namespace kiln
