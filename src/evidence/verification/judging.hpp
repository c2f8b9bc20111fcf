// SPDX-License-Identifier: Apache-2.0
//
// One run of judge(): what was found so far, and the rules that hold for every form. How each form
// is read and checked is in judge_forms.cpp.
#pragma once
#include "evidence/verification/judge.hpp"

#include <string_view>

namespace kiln::verification {

class Judge {
 public:
  Judge(const ImageParts& parts, const Trust& trust, Verdict& verdict)
      : parts_(parts), trust_(trust), verdict_(verdict) {}

  void look_at(const Exhibit& exhibit);
  // An unsigned statement counts when the manifest that holds it is signed, or stands in the index
  // that is. To be called when all signatures were looked at.
  void look_at_raw(const Exhibit& exhibit);
  Judgement take() { return std::move(found_); }

 private:
  // The forms.
  Result<> bundle(const Exhibit& exhibit);
  Result<> certified(const Exhibit& exhibit, const signing::Bundle& bundle,
                     const signing::Envelope& envelope);
  Result<> envelope(const Exhibit& exhibit);
  Result<> simple(const Exhibit& exhibit);
  Result<> notary(const Exhibit& exhibit);

  // Whose signature it is; none when it is nobody's that is trusted.
  const Signer* signer_of(std::string_view message, std::string_view signature) const;
  // Whether the signature was made while its signer was valid; a proven time outside is an error.
  Result<bool> counts(const Exhibit& exhibit, const Signer& signer, const Proof& proof);
  // A good signature that proves nothing, since nothing says when it was made.
  void pass_over(const Exhibit& exhibit, const Signer& signer);
  void refuse(const Exhibit& exhibit, const Error& error);
  // What cannot be read cannot be said to be by a trusted signer: it counts for nothing, and
  // whoever may write to the registry could refuse every image if it failed one.
  Result<> ignore(const Exhibit& exhibit, const Error& error);

  Result<> add_envelope(const Exhibit& exhibit, const signing::Envelope& envelope, Proof proof);
  Result<> add_statement(const Exhibit& exhibit, const Digest& payload,
                         signing::Statement statement, Proof proof);
  void add_signature(const Exhibit& exhibit, Proof proof);
  void add_unknown(const Exhibit& exhibit) { ++found_.unknown[exhibit.target]; }

  const ImageParts& parts_;
  const Trust& trust_;
  Verdict& verdict_;
  Judgement found_;
};

}  // namespace kiln::verification
