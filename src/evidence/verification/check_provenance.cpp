// SPDX-License-Identifier: Apache-2.0
//
// SLSA provenance v1 (slsa.dev/spec/v1.2/provenance) as a consumer checks it: the builder is one of
// those expected, and, for images of Kiln, what went in is what the lock says, nothing more and
// nothing less. The lock itself is known by the plan digest that the signed manifest names.
#include "base/strings.hpp"
#include "evidence/builder.hpp"
#include "evidence/dependencies.hpp"
#include "evidence/predicates.hpp"
#include "evidence/verification/findings.hpp"
#include "image/config.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace kiln::verification {

namespace {

constexpr size_t k_most_named = 5;

// "sha256:... of curl": what is compared. Names alone (keys) count, too.
using Inputs = std::set<std::pair<std::string, std::string>>;

void add_input(const evidence::Resource& resource, Inputs& inputs) {
  if (resource.digest.empty()) inputs.emplace(resource.name, resource.uri);
  for (const auto& [algorithm, value] : resource.digest)
    inputs.emplace(resource.name, fmt::format("{}:{}", algorithm, value));
}

std::string names_of(const Inputs& inputs) {
  std::vector<std::string> names;
  for (const auto& [name, digest] : inputs) {
    if (names.size() == k_most_named) {
      names.push_back(fmt::format("{} more", inputs.size() - k_most_named));
      break;
    }
    names.push_back(fmt::format("{} ({})", name, digest));
  }
  return join(names, ", ");
}

Inputs without(const Inputs& inputs, const Inputs& others) {
  Inputs rest;
  std::ranges::set_difference(inputs, others, std::inserter(rest, rest.end()));
  return rest;
}

// The files of the definition that a statement of it names, and its commit.
Inputs definition_inputs(const Findings& findings) {
  Inputs inputs;
  for (const SignedStatement& each : findings.judgement.statements) {
    if (each.statement.predicate_type != evidence::definition_type()) continue;
    if (auto files = each.statement.predicate.get_array("files"))
      for (const Json& file : **files) {
        Result<std::string> path = file.get_string("path");
        Result<std::string> digest = file.get_string({"digest", "sha256"});
        if (path && digest) inputs.emplace(*path, "sha256:" + *digest);
      }
    if (auto commit = each.statement.predicate.get_string({"source", "digest", "gitCommit"}))
      inputs.emplace("definition source", "gitCommit:" + *commit);
  }
  return inputs;
}

class ProvenanceCheck {
 public:
  ProvenanceCheck(const Findings& findings, const oci::ListedImage& image, Verdict& verdict)
      : findings_(findings),
        image_(image),
        verdict_(verdict),
        name_(findings.parts.name_of(image.descriptor.digest)) {}

  void check(const Json& predicate) {
    check_builder(predicate);
    Result<std::string> type = predicate.get_string({"buildDefinition", "buildType"});
    if (!type) return verdict_.refuse("provenance", name_, type.error());
    if (*type != evidence::build_type())
      return compared_nothing(
          fmt::format("its inputs are not compared: '{}' is another system's build type", *type));
    const plan::LockedPlan* locked = locked_plan();
    if (locked == nullptr)
      return compared_nothing(
          findings_.locks.empty()
              ? "its inputs are not compared: no lock lies beside the image"
              : "its inputs are not compared: no lock beside the image holds the plan that the "
                "image names");
    Result<> compared = check_plan(predicate);
    if (compared) compared = check_inputs(predicate, *locked);
    if (!compared) verdict_.refuse("provenance", name_, compared.error());
  }

 private:
  void compared_nothing(std::string why) {
    if (findings_.trust.policy.provenance == Demand::required)
      verdict_.miss("provenance", name_, std::move(why));
    else
      verdict_.skip("provenance", name_, std::move(why));
  }

  void check_builder(const Json& predicate) {
    Result<std::string> id = predicate.get_string({"runDetails", "builder", "id"});
    if (!id) return verdict_.refuse("builder", name_, id.error());
    const std::vector<std::string>& expected = findings_.trust.policy.builders;
    if (expected.empty())
      return verdict_.skip("builder", name_, fmt::format("{}; the policy takes any builder", *id));
    if (std::ranges::find(expected, *id) != expected.end())
      return verdict_.pass("builder", name_, *id);
    verdict_.refuse("builder", name_,
                    fmt::format("{} is none of {}", *id, fmt::join(expected, ", ")));
  }

  // The plan that the manifest names; empty when it names none.
  std::string named_plan() const {
    auto annotation = image_.manifest.annotations.find(std::string(image::k_plan_digest));
    return annotation == image_.manifest.annotations.end() ? std::string() : annotation->second;
  }

  // A lock is not signed: only one with the plan that the manifest names is the image's.
  const plan::LockedPlan* locked_plan() const {
    for (const plan::Lock& lock : findings_.locks) {
      const plan::LockedPlan* locked = lock.find(image_.config.platform);
      if (locked != nullptr && plan::digest_of(locked->plan).str() == named_plan()) return locked;
    }
    return nullptr;
  }

  Result<> check_plan(const Json& predicate) {
    std::string plan = named_plan();
    std::string in_provenance =
        TRY(predicate.get_string({"buildDefinition", "internalParameters", "plan", "sha256"}));
    if ("sha256:" + in_provenance != plan)
      return fail(
          ErrorCode::unverified,
          fmt::format("it is of the plan sha256:{}, the image is of {}", in_provenance, plan));
    return {};
  }

  Result<> check_inputs(const Json& predicate, const plan::LockedPlan& locked) {
    const Json::Array* items =
        TRY(predicate.get_array({"buildDefinition", "resolvedDependencies"}));
    Inputs claimed;
    for (const evidence::Resource& resource : TRY(evidence::resources_from_json(*items)))
      add_input(resource, claimed);
    Inputs expected;
    std::vector<evidence::Resource> inputs = evidence::dependencies_of(locked);
    for (const evidence::Resource& resource : inputs) add_input(resource, expected);
    // A rebuild takes the lock alone and never sees the definition.
    std::string mode = TRY(
        predicate.get_string_or({"buildDefinition", "internalParameters", "mode"}, std::string()));
    Inputs of_definition = definition_inputs(findings_);
    if (mode != evidence::rebuilder().mode)
      expected.insert(of_definition.begin(), of_definition.end());
    Inputs missing = without(expected, claimed);
    if (!missing.empty())
      return fail(ErrorCode::unverified,
                  fmt::format("it lacks inputs of the lock: {}", names_of(missing)));
    // Without the definition's statement its files are nowhere else.
    Inputs surplus = of_definition.empty() ? Inputs{} : without(claimed, expected);
    if (!surplus.empty())
      return fail(ErrorCode::unverified,
                  fmt::format("it names inputs that the lock has not: {}", names_of(surplus)));
    verdict_.pass("provenance", name_,
                  fmt::format("{} of the lock with equal digests; plan {}",
                              counted(inputs.size(), "input"), plan::digest_of(locked.plan).str()));
    return {};
  }

  const Findings& findings_;
  const oci::ListedImage& image_;
  Verdict& verdict_;
  std::string name_;
};

}  // namespace

void check_provenance(const Findings& findings, Verdict& verdict) {
  for (const oci::ListedImage& image : findings.parts.images) {
    ProvenanceCheck check(findings, image, verdict);
    bool found = false;
    for (const SignedStatement& each : findings.judgement.statements) {
      if (each.statement.predicate_type != evidence::k_provenance_type ||
          !signing::is_about(each.statement, image.descriptor.digest))
        continue;
      found = true;
      check.check(each.statement.predicate);
    }
    std::string name = findings.parts.name_of(image.descriptor.digest);
    bool demanded = findings.trust.policy.provenance == Demand::required ||
                    !findings.trust.policy.builders.empty();
    if (!found && demanded)
      verdict.miss("provenance", name, "no trusted signer says how it was built");
    else if (!found)
      verdict.skip("provenance", name, "there is none, and the policy does not demand it");
  }
}

}  // namespace kiln::verification
