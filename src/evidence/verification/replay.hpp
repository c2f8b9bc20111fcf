// SPDX-License-Identifier: Apache-2.0
//
// Whether a newer image came out under the name of this one. Asked for by name, the image is judged
// by that name alone: that 1 went on does not make 1.0 an old one, and an image of another name is
// not this one. Where no name is given, all names count that it ever came out under.
#pragma once
#include "evidence/tlog/event.hpp"
#include "evidence/verification/findings.hpp"
#include "evidence/verification/release_name.hpp"

#include <map>
#include <string>
#include <vector>

namespace kiln::verification {

class Replay {
 public:
  explicit Replay(const Findings& findings);

  // The releases that follow are of this log, in its order.
  void begin(const std::string& log) { log_ = log; }
  void note(const tlog::ImageRelease& release);
  void report(Verdict& verdict) const;

 private:
  struct Named {
    bool ever_ours = false;  // this image came out under the name
    bool ours = false;       // and is its newest
    std::string log;         // that has the newest
    tlog::ImageRelease newest;
  };
  using Names = std::vector<const Named*>;

  bool is_asked(const std::string& name) const;
  Names asked_names() const;
  Names own_names(bool same_tag) const;
  void judge(const Names& names, Verdict& verdict) const;

  const ImageParts& parts_;
  ReleaseName asked_;  // without a tag when nobody named one
  std::string asked_text_;
  std::string log_;
  std::map<std::string, Named> names_;
};

}  // namespace kiln::verification
