// SPDX-License-Identifier: Apache-2.0
//
// Asked again and again by work that lasts: fails with interrupted when it is to end.
#pragma once
#include "base/bytes.hpp"
#include "base/result.hpp"

#include <functional>

namespace kiln {

// Empty: never to end early.
using StopCheck = std::function<Result<>()>;

inline Result<> ask(const StopCheck& check) {
  return check ? check() : Result<>();
}

// Hands bytes on as long as it need not stop.
class StoppableSink final : public Sink {
 public:
  StoppableSink(Sink& sink, const StopCheck& check) : sink_(sink), check_(check) {}
  Result<> write(std::string_view bytes) override {
    TRY(ask(check_));
    return sink_.write(bytes);
  }

 private:
  Sink& sink_;
  const StopCheck& check_;
};

}  // namespace kiln
