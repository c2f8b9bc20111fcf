// SPDX-License-Identifier: Apache-2.0
//
// explain_absence: why a package is not in a plan, asked of what the archives offer now.
#include "cli/explanation.hpp"
#include "cli/pipeline.hpp"
#include "evidence/public_url.hpp"
#include "plan/make_plan.hpp"
#include "plan/questions.hpp"
#include "plan/target_archives.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace kiln::cli {

namespace {

std::string_view word(plan::Absence::Kind kind) {
  switch (kind) {
    case plan::Absence::Kind::present:
      return "present";
    case plan::Absence::Kind::provided:
      return "provided";
    case plan::Absence::Kind::excluded:
      return "excluded";
    case plan::Absence::Kind::impossible:
      return "impossible";
    case plan::Absence::Kind::unneeded:
      return "unneeded";
  }
  return "";
}

// The rewrites that the plan was made with. Of a place on the machine that built, a lock that was
// given away says no more than that it is local: who asks must say where it is here.
Result<std::vector<plan::Rewrite>> rewrites_of(const plan::LockedPlan& locked,
                                               const Config& config) {
  std::vector<plan::Rewrite> rewrites = config.rewrites;
  for (const plan::Rewrite& rewrite : locked.rewrites) {
    bool said = std::ranges::find(config.rewrites, rewrite.from, &plan::Rewrite::from) !=
                config.rewrites.end();
    if (said) continue;
    if (rewrite.to == evidence::k_local_place)
      return fail(ErrorCode::bad_input,
                  fmt::format("the image was built with {} taken from a place on the machine that "
                              "built it",
                              rewrite.from),
                  "say where that is here among the configuration's \"rewrites\"");
    rewrites.push_back(rewrite);
  }
  return rewrites;
}

// Whether a recorded reason ("Depends: so:libz.so.1") is a need for that name and no alternative.
bool is_need_for(const plan::Reason& reason, std::string_view name) {
  if (reason.by.empty() || reason.relation.contains('|')) return false;
  std::string_view relation = reason.relation;
  size_t kind = relation.find(": ");
  if (kind == std::string_view::npos) return false;
  relation.remove_prefix(kind + 2);
  return relation.substr(0, relation.find(' ')) == name;
}

// The package that was taken for the need of a name which it is not called by, as the plan itself
// tells; the archives are not asked.
plan::Absence provided_by_plan(const plan::LockedPlan& locked, const std::string& name) {
  plan::Absence absence{plan::Absence::Kind::provided, {}, {}};
  for (size_t i = 0; i < locked.origins.size(); ++i) {
    bool needed = std::ranges::any_of(locked.origins[i].reasons, [&](const plan::Reason& reason) {
      return is_need_for(reason, name);
    });
    if (needed) absence.providers.push_back(locked.plan.packages[i].id.name);
  }
  absence.text = fmt::format("{} is provided by {}", name, fmt::join(absence.providers, ", "));
  return absence;
}

// A name that a package of the image provides, as that package.
std::optional<Explanation> explain_provider(const Explained& explained,
                                            const plan::Absence& absence) {
  for (const std::string& provider : absence.providers) {
    Result<Explanation> found = explain_package(explained, provider);
    if (!found) continue;  // the archives have moved on since the image was built
    found->text = fmt::format("{}\n{}", absence.text, found->text);
    found->json["providers"] = Json::array_of(absence.providers);
    return std::move(*found);
  }
  return std::nullopt;
}

}  // namespace

Result<Explanation> explain_absence(const Explained& explained, const std::string& name,
                                    Session& session) {
  if (auto provider = explain_provider(explained, provided_by_plan(explained.locked, name)))
    return std::move(*provider);
  World& world = *TRY(session.world());
  const definition::ImageSpec& spec = explained.locked.plan.spec;
  plan::PlanOptions options;
  options.pins = explained.locked.pins;
  options.archives = TRY(archive_choices(session.config()));
  options.archives.rewrites = TRY(rewrites_of(explained.locked, session.config()));
  plan::TargetArchives target = TRY(plan::target_archives(spec, options.archives, world));
  plan::ArchiveCache archives({.greatest_age = session.config().greatest_age});
  auto universe = TRY(archives.get(*target.archives, world));
  std::vector<plan::Relaxation> relaxations;
  plan::Question question = TRY(plan::question_of(spec, options, *universe, relaxations));
  plan::Absence absence = TRY(plan::why_not(*universe, question, name));
  if (auto provider = explain_provider(explained, absence)) return std::move(*provider);

  Explanation explanation;
  explanation.present = false;
  explanation.text = fmt::format("{} is not in the image: {}\n", name, absence.text);
  explanation.json = Json::object({{"kind", "absent"},
                                   {"name", name},
                                   {"absence", word(absence.kind)},
                                   {"reason", absence.text}});
  return explanation;
}

}  // namespace kiln::cli
